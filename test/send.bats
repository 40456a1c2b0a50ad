#!/usr/bin/env bats
# lab/send: what it shows, what it refuses, and that it sends nothing. The tree is a toy, git send-email and b4 are real.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	toy_source
	# What lab/recipients wants of a kernel: a MAINTAINERS with the sections that must be found, and the script.
	mkdir "$src/scripts"
	cat >"$src/MAINTAINERS" <<-'EOF'
		HMM - Heterogeneous Memory Management
		M:	Some One <one@example.org>
		L:	list@example.org

		MEMORY MANAGEMENT
		M:	An Other <other@example.org>
	EOF
	cat >"$src/scripts/get_maintainer.pl" <<-'EOF'
		print "Some One <one\@example.org> (maintainer:HMM)\n";
		print "Re Viewer <viewer\@example.org> (reviewer:HMM)\n";
		print "An Other <other\@example.org> (maintainer:MM)\n" unless -e "$ENV{BATS_TEST_TMPDIR}/blind";
		print "list\@example.org (open list:HMM)\n";
	EOF
	git -C "$src" add -A
	git -C "$src" commit -q -m 'source, with maintainers'
	printf '%s\n' "repo=$src" "commit=$(git -C "$src" rev-parse HEAD)" version=9.1.0-1 sha256=0 >"$box/build/source/9.1"
	toy_queue
	posting=$(find queue/9.1 -mindepth 1 -type d -printf '%f\n')
	export POSTING=$posting SIGNOFF='A Tester <tester@example.org>' V='' PREV=''
	lab/tree
	# No mail may leave, and if git send-email were called without --dry-run, this would show.
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\ntouch "%s/sent"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/sendmail"
	chmod +x "$BATS_TEST_TMPDIR/bin/sendmail"
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

teardown() { [ ! -e "$BATS_TEST_TMPDIR/sent" ]; }

@test "recipients, command, dry run, b4, and the mails with a sign-off" {
	run -0 lab/send
	[[ $output == *"to"$'\t'"Some One <one@example.org>"* && $output == *"cc"$'\t'"Re Viewer <viewer@example.org>"* ]]
	[[ $output == *"'--to=An Other <other@example.org>'"* ]]
	[[ $output == *'  OK  [PATCH'*'mm: fix it'* ]]
	[[ $output == *'Total patches: 2'* ]]
	for mail in build/send/"9.1-$posting-v1"/000[12]-*; do
		grep -qx 'Signed-off-by: A Tester <tester@example.org>' "$mail"
		grep -qx 'From: A Tester <tester@example.org>' "$mail"
		grep -q '^In-Reply-To: <cover' "$mail"
	done
	run ! grep -q '^Signed-off-by' queue/9.1/"$posting"/*
}

@test "without a sign-off nothing is prepared" {
	SIGNOFF='' run -2 lab/send
	[[ $output == *'coding-assistants.rst'* ]]
	[[ ${lines[-1]} == "send: no patch of 9.1 $posting has a Signed-off-by"* ]]
	[ ! -e build/send ]
}

@test "a second version has the changes and a range-diff" {
	git init -q .
	git add -A -f lab queue guest Makefile
	git commit -q -m 'as sent'
	git tag "sent/9.1/$posting/v1"
	sed -i 's/^+fixed/+mended/' queue/9.1/"$posting"/0001-*
	lab/tree
	V=2 run -0 lab/send
	letter=$(find build/send/"9.1-$posting-v2" -name '*0000*')
	grep -qx 'Changes since v1:' "$letter"
	grep -qx ' - changed: mm: fix it' "$letter"
	grep -q '^Range-diff against v1:' "$letter"
	run ! grep -q '^ - new' "$letter"
	grep -q '^Subject: \[PATCH.* v2 1/2\] mm: fix it' build/send/"9.1-$posting-v2"/v2-0001-*
}

@test "a second version of nothing" {
	git init -q .
	V=2 run -2 lab/send
	[[ ${lines[-1]} == "send: V=2 wants PREV: 'sent/9.1/$posting/v1' is no revision"* ]]
	[ ! -e build/send/"9.1-$posting-v2" ]
}

@test "a maintainer who must be found is not" {
	touch "$BATS_TEST_TMPDIR/blind"
	run -2 lab/send
	[[ $output == *'recipients: get_maintainer.pl of 9.1 does not find: An Other <other@example.org>'* ]]
	[ ! -e build/send/"9.1-$posting-v1" ]
}

@test "input that is no good" {
	POSTING=3-none run -2 lab/send
	[[ $output == "send: POSTING='3-none': queue/9.1 has $posting" ]]
	V=two run -2 lab/send
	[[ $output == 'send: V=two is not the number of a version' ]]
	SIGNOFF='nobody' run -2 lab/send
	[[ $output == "send: SIGNOFF='nobody' is not like 'Name <address>'" ]]
}
