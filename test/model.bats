#!/usr/bin/env bats
# lab/model: the model holds, and what is said to violate it does; a model that cannot be judged is an error.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	mkdir -p docs/model
	cp "$real/docs/model/collect.pml" docs/model/
	pml=docs/model/collect.pml
}

@test "something that is said to be wrong and violates nothing" {
	sed -i 's/^ \*   NO_FLUSH .*/&\n *   HARMLESS            nothing depends on it/' "$pml"
	run -1 lab/model
	[[ $output == *'not ok HARMLESS violates nothing: '* ]]
	[ "$(grep -c '^ok ' <<<"$output")" = 8 ]
}

@test "a model that does not hold" {
	sed -i 's/^#if !defined(FLUSH_AFTER_UNLOCK) .*/#if 0/' "$pml"
	run -1 lab/model
	[[ $output == *'not ok the model: pan:1: assertion violated'* ]]
}

@test "a model with a step that is never taken, or that gets stuck" {
	sed -i 's/^\tlock(folio_lock);$/\tif :: false -> page_dirty = true :: else fi;\n&/' "$pml"
	run -1 lab/model
	[[ $output == *'not ok the model: '*'.pml:'* ]]
	cp "$real/$pml" "$pml"
	sed -i 's/^\tunlock(folio_lock);$/\tskip;/' "$pml"
	run -1 lab/model
	[[ $output == *'not ok the model: pan:1: invalid end state'* ]]
}

@test "a model that is none" {
	echo nonsense >>"$pml"
	run -2 lab/model
	[[ $output == *'model: the model cannot be built'* ]]
	run -2 env MODEL=nowhere lab/model
	[ "$output" = 'model: nowhere does not exist' ]
	cp "$real/$pml" "$pml"
	run -2 lab/model SOMETHING
	[[ $output == 'model: no such thing as SOMETHING: FLUSH_AFTER_UNLOCK '* ]]
}
