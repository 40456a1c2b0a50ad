#!/usr/bin/env bats
# queue/bugs and queue/drift against the patches: what lab/backports and lab/drift accept, and what they must not.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	rm -r queue
	cp -r "$real/queue" .
	mkdir docs
	cp "$real/docs/backporting.md" docs/
}

@test "docs/backporting.md has the table that queue/bugs makes" {
	run -0 lab/backports write
	diff -u "$real/docs/backporting.md" docs/backporting.md
}

@test "queue/bugs and queue/drift agree with the patches" {
	run -0 --separate-stderr lab/backports check
	[ "${lines[0]}" = 1..1 ]
	run -0 --separate-stderr lab/drift check
	[ "${lines[0]}" = 1..1 ]
}

@test "a subject that no patch has" {
	sed -i 's/^6.12: fixed mm: Fix a hmm_range_fault/6.12: fixed mm: Mend a hmm_range_fault/' queue/bugs
	run -1 --separate-stderr lab/backports check
	[[ $output == *'6.12: not one patch has the subject mm: Mend a hmm_range_fault() livelock...'* ]]
	[[ $output == *'not ok 6.12 1-fixes/0002 fixes something that no bug names: mm: Fix a hmm_range_fault() livelock'* ]]
}

@test "a tree of which nothing is said, an unknown reason, an upstream fix without a commit" {
	sed -i '0,/^6.1: upstream .*/s///; 0,/^5.10: not thp/s//5.10: not old/; 0,/^7.3: upstream .*/s//7.3: upstream somewhere/' queue/bugs
	run -1 --separate-stderr lab/backports check
	[[ $output == *' 6.1: nothing is said'* ]]
	[[ $output == *' 5.10: there is no why: old'* ]]
	[[ $output == *' 7.3: upstream and no commit'* ]]
}

@test "a commit other than the Fixes: tag's, and a fix without a test" {
	sed -i 's/^since: 368076f52ebe/since: 123456789abc/; s/^tests: lazyfree_on_device/tests: nothing_like_it/' queue/bugs
	run -1 --separate-stderr lab/backports check
	[[ $output == *'since 123456789abc, the patch of 7.3 has Fixes: 368076f52ebe'* ]]
	[[ $output == *'6.12: fixed, and no test of its queue shows it'* ]]
	[[ $output == *'not ok 6.12: no bug and no guard names the test lazyfree_on_device'* ]]
}

@test "a guard that no queue has, and a paragraph that is nothing" {
	printf '\nguard: something\ntests: not_there\n\nwhat: is this\n' >>queue/bugs
	run -1 --separate-stderr lab/backports check
	[[ $output == *'not ok guard: no queue adds the test not_there'* ]]
	[[ $output == *'is no bug, guard or why'* ]]
}

@test "test code that has drifted apart, and a difference that is gone" {
	sed -i 's/^+\t\tkill(child, SIGKILL);$/+\t\tkill(child, SIGTERM);/' queue/6.12/2-tlb-batch/*zap*.patch
	run -1 --separate-stderr lab/drift check
	[[ $output == 'not ok 6.12 zap_after_unlock: 2 lines differ from 7.3, which queue/drift does not say'* ||
		$output == *$'\nnot ok 6.12 zap_after_unlock: 2 lines differ from 7.3, which queue/drift does not say'* ]]
	printf '6.12\tpte_page\t3\tno reason\n' >>queue/drift
	run -1 --separate-stderr lab/drift check
	[[ $output == *'not ok queue/drift: 6.12 pte_page does not differ by 3 lines'* ]]
}

@test "a difference without a reason is none that is known" {
	sed -i 's/^\(6.12\tvictim_setup\t17\t\).*/\1/' queue/drift
	run -1 --separate-stderr lab/drift check
	[[ $output == *'not ok 6.12 victim_setup: 17 lines differ from 7.3, which queue/drift does not say'* ]]
}

@test "a queue in which no function is found" {
	sed -i 's|^diff --git .*|diff --git a/x b/x|' queue/5.10/1-fixes/*.patch
	run -2 lab/drift check
	[[ $output == *'drift: no function was found in what queue/5.10 adds' ]]
}

@test "a test of two bugs is right from the last of their patches on" {
	export TREE=7.3
	run -0 --separate-stderr lab/backports claims
	[[ $output == *$'1-fixes/0005\tevict_exit'* ]]
	[[ $output != *$'1-fixes/0004\tevict_exit'* ]]
	[[ $output == *$'1-fixes/0029\tksm_forked'* ]]
}
