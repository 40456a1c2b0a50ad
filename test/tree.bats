#!/usr/bin/env bats
# lab/tree: patches to commits.
# shellcheck disable=SC2154,SC2030,SC2031 # variables of sandbox.bash; each test is a subshell of its own
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() { sandbox && toy_source && toy_queue; }

# file VARIANT PATH: a file as it is in the variant's commit
file() {
	VARIANT=$1 lab/tree
	git -C "$src" show "$(sed -n 's/^commit=//p' "build/commit/9.1-${1//\//-}"):$2"
}

@test "the queue is applied as commits, cover letter and all" {
	[ "$(file queue mm/migrate_device.c | sed -n 20p)" = fixed ]
	[ "$(file queue tools/testing/selftests/mm/hmm-tests.c | sed -n 5p)" = tested ]
	run git -C "$src" log --reverse --format=%s "$(sed -n 's/^commit=//p' build/commit/9.1-queue)"
	[ "$output" = $'source\nposting: 1-fixes\nmm: fix it\nselftests/mm: test it' ]
}

@test "base has the queue's tests and none of its fixes" {
	[ "$(file base mm/migrate_device.c | sed -n 20p)" = 20 ]
	[ "$(file base tools/testing/selftests/mm/hmm-tests.c | sed -n 5p)" = tested ]
}

@test "a test's own repair, with a Fixes: tag, is not part of base" {
	sed -i 's/^---$/Fixes: 123456789012 ("selftests: break it")\n---/' queue/9.1/1-fixes/0002-*.patch
	[ "$(file base tools/testing/selftests/mm/hmm-tests.c | sed -n 5p)" = 5 ]
}

@test "a prefix has the patches up to one, and the tests of all" {
	git -C "$src" am -q "$box"/queue/9.1/1-fixes/000[12]*.patch
	commit_line mm/migrate_device.c 30 fixed 'mm: fix more'
	git -C "$src" format-patch -q -1 --start-number 3 -o "$box/queue/9.1/1-fixes"
	git -C "$src" checkout -q --detach 'HEAD~3'
	[ "$(file upto/1-fixes-0001 mm/migrate_device.c | sed -n '20p;30p')" = $'fixed\n30' ]
	[ "$(file upto/1-fixes-0001 tools/testing/selftests/mm/hmm-tests.c | sed -n 5p)" = tested ]
	[ "$(file upto/1-fixes-0003 mm/migrate_device.c | sed -n '20p;30p')" = $'fixed\nfixed' ]
	run git -C "$src" log --reverse --format=%s "$(sed -n 's/^commit=//p' build/commit/9.1-upto-1-fixes-0001)"
	[ "$output" = $'source\nposting: 1-fixes\nmm: fix it\nselftests/mm: test it' ]
}

@test "a mutant comes on top of the queue" {
	git -C "$src" am -q "$box"/queue/9.1/1-fixes/000[12]*.patch
	commit_line mm/migrate_device.c 20 broken 'mutant: break it again'
	git -C "$src" format-patch -q -1 --stdout >mutants/9.1/again.patch
	git -C "$src" checkout -q --detach 'HEAD~3'
	[ "$(file mutant/again mm/migrate_device.c | sed -n 20p)" = broken ]
	[ "$(file queue mm/migrate_device.c | sed -n 20p)" = fixed ]
}

@test "a mutant is made on top of the queue's commit, and made anew when the queue has changed" {
	git -C "$src" am -q "$box"/queue/9.1/1-fixes/000[12]*.patch
	commit_line mm/migrate_device.c 20 broken 'mutant: break it again'
	git -C "$src" format-patch -q -1 --stdout >mutants/9.1/again.patch
	git -C "$src" checkout -q --detach 'HEAD~3'
	VARIANT=mutant/again lab/tree
	grep ^commit= build/commit/9.1-mutant-again >first
	[ "$(git -C "$src" rev-parse "$(sed -n 's/^commit=//p' first)^")" = "$(sed -n 's/^commit=//p' build/commit/9.1-queue)" ]
	VARIANT=queue lab/tree
	VARIANT=mutant/again lab/tree
	grep ^commit= build/commit/9.1-mutant-again | diff first -
	# With the second patch gone the mutant must be without it, too.
	rm queue/9.1/1-fixes/0002*.patch
	[ "$(file mutant/again tools/testing/selftests/mm/hmm-tests.c | sed -n 5p)" = 5 ]
	[ "$(file mutant/again mm/migrate_device.c | sed -n 20p)" = broken ]
	# And what was said before is not built on.
	VARIANT=queue lab/tree
	sed -i 's/^commit=.*/commit=0123456789012345678901234567890123456789/' build/commit/9.1-queue
	VARIANT=mutant/again lab/tree
	# Nor is a mutant taken that has changed since.
	sed -i 's/broken/wrong/' mutants/9.1/again.patch
	[ "$(file mutant/again mm/migrate_device.c | sed -n 20p)" = wrong ]
}

@test "another checkout of the lab finds the commits with the source, and applies nothing" {
	VARIANT=queue lab/tree
	before=$(cat build/commit/9.1-queue)
	cp -r "$box" "$BATS_TEST_TMPDIR/other"
	cd "$BATS_TEST_TMPDIR/other"
	rm -r build/commit
	mkdir bin
	printf '#!/bin/sh\ncase " $* " in *" am "*) exit 1 ;; esac\nexec %s "$@"\n' "$(command -v git)" >bin/git
	chmod +x bin/git
	PATH=$PWD/bin:$PATH VARIANT=queue lab/tree
	[ "$(cat build/commit/9.1-queue)" = "$before" ]
	# Not where a patch is another one.
	sed -i 's/^Subject: .*/&, really/' queue/9.1/1-fixes/0001-*.patch
	PATH=$PWD/bin:$PATH VARIANT=queue run -2 lab/tree
}

@test "the same patches give the same commit, whoever applies them" {
	VARIANT=queue lab/tree
	before=$(cat build/commit/9.1-queue)
	GIT_COMMITTER_NAME=B lab/tree
	[ "$(cat build/commit/9.1-queue)" = "$before" ]
}

@test "a hunk that does not apply is named, with its patch and file" {
	sed -i 's/^ 19$/ nineteen/' queue/9.1/1-fixes/0001-*.patch
	run -2 --separate-stderr lab/tree
	[[ $stderr == *'queue/9.1/1-fixes/0001-mm-fix-it.patch does not apply to 9.1 (9.1.0-1): mm/migrate_device.c, hunk @@ -17,7 +17,7 @@'* ]]
	[ ! -e build/commit/9.1-queue ]
	run -0 git -C "$src" worktree prune
}

@test "context that fits only with fuzz is refused" {
	commit_line mm/migrate_device.c 23 other 'move the ground'
	sed -i "s/^commit=.*/commit=$(git -C "$src" rev-parse HEAD)/" build/source/9.1
	run -2 lab/tree
	[[ $output == *'0001-mm-fix-it.patch does not apply'* ]]
}

@test "a damaged patch is named" {
	sed -i '/^+fixed/d' queue/9.1/1-fixes/0001-*.patch
	run -2 lab/tree
	[[ $output == *'0001-mm-fix-it.patch does not apply to 9.1'* ]]
}
