#!/usr/bin/env bats
# lab/tree edit and lab/refresh: patches to an editable tree and back.
# shellcheck disable=SC2154,SC2030,SC2031 # variables of sandbox.bash; each test is a subshell of its own
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() { sandbox && toy_source && toy_queue; }

@test "tree, then refresh, without an edit: byte-identical" {
	cp -r queue before
	lab/tree edit
	rm queue/9.1/1-fixes/0001-*
	lab/refresh
	diff -r before queue
}

@test "the real queues come out of tree and refresh as they went in" {
	local repo commit first
	for base in "$real"/queue/*/base; do
		TREE=$(basename "$(dirname "$base")")
		[ -f "$real/build/source/$TREE" ] || skip "$TREE is not fetched; make run TREE=$TREE does"
		mkdir -p build/source
		cp "$real/build/source/$TREE" build/source/
		rm -rf "queue/$TREE"
		cp -r "$real/queue/$TREE" "queue/$TREE"
		export TREE
		lab/tree
		# An editable tree without its 90000 files: what is not checked out counts as not changed.
		repo=$(sed -n 's/^repo=//p' "build/commit/$TREE-queue")
		commit=$(sed -n 's/^commit=//p' "build/commit/$TREE-queue")
		git clone -q --shared --no-checkout "$repo" "build/tree/$TREE"
		git -C "build/tree/$TREE" update-ref --no-deref HEAD "$commit"
		git -C "build/tree/$TREE" read-tree HEAD
		# How a hunk is headed depends on it.
		git -C "build/tree/$TREE" checkout-index .gitattributes
		git -C "build/tree/$TREE" ls-files -z | git -C "build/tree/$TREE" update-index -z --skip-worktree --stdin
		first=$(git -C "build/tree/$TREE" log --format=%H --grep='^posting: ' HEAD | tail -n 1)
		git -C "build/tree/$TREE" tag source "$first^"
		lab/refresh
		diff -r "$real/queue/$TREE" "queue/$TREE"
		rm -rf build/tree
	done
}

@test "an edit of a message, of a cover letter and a new patch come back" {
	lab/tree edit
	cd build/tree/9.1
	sed -i 30s/.*/more/ mm/migrate_device.c
	git commit -q -a -m 'mm: more of it'
	GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/edit/'" git rebase -q -i source
	git log -1 --format=%B | sed 's/^All of it/Much of it/' | git commit -q --amend --allow-empty -F -
	git rebase --continue
	cd "$box"
	lab/refresh
	grep -q '^Subject: \[PATCH 0/3\] mm: it$' queue/9.1/1-fixes/0000-cover-letter.patch
	grep -q '^Much of it\.$' queue/9.1/1-fixes/0000-cover-letter.patch
	grep -q '^+more$' queue/9.1/1-fixes/0003-mm-more-of-it.patch
}

@test "refresh refuses what it cannot write back" {
	run -2 lab/refresh
	[[ $output == *'no build/tree/9.1'* ]]
	lab/tree edit
	echo >>build/tree/9.1/mm/migrate_device.c
	run -2 lab/refresh
	[[ $output == *'not committed'* ]]
	git -C build/tree/9.1 checkout -q -f
	git -C build/tree/9.1 reset -q --hard HEAD~2
	run -2 lab/refresh
	[[ $output == *'the posting 1-fixes has no patch'* ]]
	[ -f queue/9.1/1-fixes/0001-mm-fix-it.patch ]
	rm -rf build/tree/9.1
	lab/tree edit
	GIT_SEQUENCE_EDITOR='sed -i 1,2s/^pick/edit/' git -C build/tree/9.1 rebase -q -i source
	run -2 lab/refresh
	[ "$output" = "refresh: build/tree/9.1 is in the middle of a rebase, with half of the queue on it" ]
}

@test "tree does not overwrite an edited tree" {
	lab/tree edit
	run -2 lab/tree edit
	[[ $output == *'build/tree/9.1 is there already'* ]]
}

@test "clean keeps a tree that was made to be edited, and says so" {
	mkdir -p build/tree/9.1 build/results
	run -0 --separate-stderr lab/clean
	[ "$stderr" = 'clean: kept, as nothing else has what was edited there: build/tree/9.1' ]
	[ -d build/tree/9.1 ]
	[ ! -e build/results ]
	rm -r build/tree/9.1
	run -0 --separate-stderr lab/clean
	[ "$stderr" = '' ]
	[ ! -e build ]
	run -0 lab/clean
}
