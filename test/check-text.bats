#!/usr/bin/env bats
# make check: what it looks at in the text of a patch and of a cover letter, and how each of it can fail.
# shellcheck disable=SC2154,SC2030,SC2031,SC2016 # variables of sandbox.bash; each test is a subshell; the toys expand theirs
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox && toy_source && toy_queue
	first=$box/queue/9.1/1-fixes/0001-mm-fix-it.patch
	letter=$box/queue/9.1/1-fixes/0000-cover-letter.patch
	printf '123456789012\tmm: break it\n' >queue/commits
}

# says PATCH: what lab/check-message has to say
says() { run -0 --separate-stderr lab/check-message "$1"; }

# add PATCH LINE: one line more at the end of its message
add() { sed -i "0,/^---\$/s||$2\n---|" "$1"; }

@test "a message with nothing wrong in it" {
	command -v codespell >/dev/null || skip "codespell is not there: make check installs it"
	says "$first"
	[ "$output" = '' ]
	says "$letter"
	[ "$output" = '' ]
}

@test "tags that nobody has given" {
	for tag in Reviewed-by Acked-by Tested-by Reported-by Suggested-by Signed-off-by Co-developed-by Reported-and-tested-by reviewed-by; do
		cp "$first" one.patch
		add one.patch "$tag: A B <a@b>"
		says one.patch
		[[ $output == *"a tag that nobody has given: $tag: A B <a@b>"* ]]
	done
	sed -i 's/^And why\.$/&\n\nAcked-by: A B <a@b>/' "$letter"
	says "$letter"
	[[ $output == *'a tag that nobody has given: Acked-by: A B <a@b>'* ]]
	add "$first" 'Assisted-by: LLM'
	says "$first"
	[[ $output != *Assisted-by* ]]
}

@test "Fixes: with another subject, an unknown commit, too few digits, no subject" {
	for line in \
		'123456789012 ("mm: brake it")|the commit 123456789012 is named ("mm: brake it"), and is ("mm: break it")' \
		'210987654321 ("mm: break it")|the commit 210987654321 is neither in the tree'\''s history nor in queue/commits' \
		'1234567 ("mm: break it")|not of the form '\''Fixes: <12 digits> ("subject")'\''' \
		'1234567890123 ("mm: break it")|not of the form' \
		'123456789012|not of the form' \
		'123456789012 (mm: break it)|not of the form'; do
		sed "s/^Fixes: .*/Fixes: ${line%%|*}/" "$first" >one.patch
		says one.patch
		[[ $output == *"${line#*|}"* ]] || { echo "$line: $output"; return 1; }
	done
}

@test "a history that has the commit is asked rather than queue/commits" {
	hash=$(git -C "$src" rev-parse --short=12 HEAD)
	sed -i "s/^Fixes: .*/Fixes: $hash (\"source\")/" "$first"
	says "$first"
	[[ $output != *commit* ]]
	printf '%s\tmm: source\n' "$hash" >>queue/commits
	sed -i "s/^Fixes: .*/Fixes: $hash (\"mm: source\")/" "$first"
	says "$first"
	[[ $output == *"the commit $hash is named (\"mm: source\"), and is (\"source\")"* ]]
}

@test "a commit in the text with another subject, folded or not; what a backport says it is" {
	add "$first" 'As commit 123456789012 ("mm: break\nthem") did.'
	says "$first"
	[[ $output == *'the commit 123456789012 is named ("mm: break them"), and is ("mm: break it")'* ]]
	sed -i '0,/^$/s//\ncommit 1234567890123456789012345678901234567890 upstream.\n/' "$first"
	says "$first"
	[[ $output == *'the commit 1234567890123456789012345678901234567890 is named ("mm: fix it"), and is ("mm: break it")'* ]]
}

@test "stable: without Fixes:, in another form" {
	add "$first" 'Cc: <stable@kernel.org> 9.1'
	says "$first"
	[[ $output == *'not of the form '\''Cc: stable@vger.kernel.org # which'\'* ]]
	sed -i 's/^Cc: .*/Cc: stable@vger.kernel.org # 9.1.x/' "$first"
	says "$first"
	[[ $output != *table* ]]
	sed -i '/^Fixes: /d' "$first"
	says "$first"
	[[ $output == *'Cc: stable without a Fixes: tag'* ]]
	sed -i 's/^Cc: .*/Cc: stable@vger.kernel.org # prerequisite of the next patch/' "$first"
	says "$first"
	[[ $output != *'Cc: stable'* ]]
	# A backport says which commit it carries, and need say no more.
	sed -i '0,/^$/s/^$/\ncommit 1234567890123456789012345678901234567890 upstream.\n/' "$first"
	says "$first"
	[[ $output != *'Cc: stable without'* ]]
}

@test "a misspelling, in a message and in a line that is added, and none in a line that is removed" {
	command -v codespell >/dev/null || skip "codespell is not there: make check installs it"
	add "$first" 'The adress is wrong.' # codespell:ignore
	says "$first"
	[[ $output == *'spelling: adress ==> address'* ]] # codespell:ignore
	sed -i 's/^+fixed$/+recieved/; s/^-20$/-teh/; /adress/d' "$first" # codespell:ignore
	says "$first"
	[[ $output == *'spelling: recieved ==> received'* && $output != *teh* ]] # codespell:ignore
}

@test "checkpatch: only what lab/allowed-findings names gets through" {
	mkdir -p "$src/scripts" "$src/lib"
	printf '%s\n' '#define HMM_DMIRROR_FLAG_NEW	(1ULL << 1)' '#define MINE	(1ULL << 1)' >"$src/lib/test_hmm_uapi.h"
	cat >"$src/scripts/checkpatch.pl" <<-'EOF'
		print "mm/x.c:7: ERROR:MISSING_SIGN_OFF: Missing Signed-off-by: line(s)\n";
		print ":5: WARNING:UNKNOWN_COMMIT_ID: Unknown commit id '123456789012', maybe rebased or not pulled?\n";
		print ":5: WARNING:UNKNOWN_COMMIT_ID: Unknown commit id '1234567', maybe rebased or not pulled?\n";
		print "lib/test_hmm_uapi.h:1: CHECK:BIT_MACRO: Prefer using the BIT_ULL macro\n";
		print "lib/test_hmm_uapi.h:2: CHECK:BIT_MACRO: Prefer using the BIT_ULL macro\n";
		print "mm/x.c:9: CHECK:BIT_MACRO: Prefer using the BIT_ULL macro\n";
		print "Something went wrong\n";
	EOF
	run -0 lab/check-style "$src" "$first"
	[ "$output" = "5: WARNING:UNKNOWN_COMMIT_ID: Unknown commit id '1234567', maybe rebased or not pulled?
lib/test_hmm_uapi.h:2: CHECK:BIT_MACRO: Prefer using the BIT_ULL macro
mm/x.c:9: CHECK:BIT_MACRO: Prefer using the BIT_ULL macro
Something went wrong" ]
	printf '*\t*\tCHECK:.*\n' >>lab/allowed-findings
	run -2 lab/check-style "$src" "$first"
	[[ $output == *'an entry has five columns, the last is its reason'* ]]
}

@test "checkpatch: trailing whitespace, by the newest tree's own" {
	[ -f "$real/build/source/7.3" ] || skip "7.3 is not fetched; make run does"
	repo=$(sed -n 's/^repo=//p' "$real/build/source/7.3")
	commit=$(sed -n 's/^commit=//p' "$real/build/source/7.3")
	mkdir -p "$src"/{Documentation,arch,include,drivers,fs,init,ipc,kernel,lib,scripts}
	touch "$src"/{COPYING,CREDITS,Kbuild,MAINTAINERS,Makefile,README}
	for file in checkpatch.pl spelling.txt const_structs.checkpatch; do
		git -C "$repo" show "$commit:scripts/$file" >"$src/scripts/$file"
	done
	sed -i 's/^+fixed$/+fixed  /' "$first"
	run -0 lab/check-style "$src" "$first"
	[[ $output == *'mm/migrate_device.c:20: ERROR:TRAILING_WHITESPACE: trailing whitespace'* ]]
	[[ $output != *SIGN_OFF* ]]
}

# toy_figures: a table and a number in the text, and where they come from
toy_figures() {
	mkdir results
	printf '%s\n' '$ make run' 'hmm.flush    fail  pass' '  base: 513 to 513 times' '  queue: 1 to 1 times' 'ratio 0.6051' >results/run.txt
	printf '%s\t%s\t%s\t%s\n' posting 9.1/1-fixes '' '' \
		columns 'run.txt: base: .* to (.*) times => \1' 'run.txt: queue: .* to (.*) times => \1' '' \
		row '512 pages' hmm.flush '' \
		text 'takes [0.61] of the time' - 'run.txt: ratio (.*) => \1' | sed 's/\t*$//' >queue/figures
	sed -i 's/^And why\.$/It takes 0.61 of the\ntime.\n\n               without    with\n  512 pages        513       1/' "$letter"
}

@test "a cover letter whose figures are those of the results" {
	toy_figures
	run -0 lab/check-cover 1-fixes
	[ "$output" = '' ]
}

@test "a cover letter with other figures, a line that comes from nowhere, a line and a phrase that are gone" {
	toy_figures
	cp "$letter" was
	sed -i 's/ 513  / 512  /; s/0\.61/0.62/' "$letter"
	run -0 lab/check-cover 1-fixes
	[[ $output == *'512 pages: 512, and results/run.txt has 513'* ]]
	[[ $output == *'the cover letter does not say: takes 0.61 of the time'* ]]
	sed 's/^  512 pages.*/&\n  1 page             2       1/' was >"$letter"
	run -0 lab/check-cover 1-fixes
	[ "$output" = 'queue/figures says nothing of the line: 1 page  2  1' ]
	sed '/^  512 pages/d' was >"$letter"
	run -0 lab/check-cover 1-fixes
	[ "$output" = 'no line of the cover letter is: 512 pages' ]
	cp was "$letter"
	sed -i 's/513/514/g' results/run.txt
	run -0 lab/check-cover 1-fixes
	[ "$output" = '512 pages: 513, and results/run.txt has 514' ]
}

@test "each commit that a patch or a cover letter names is in queue/commits, by one subject" {
	[ "$(grep -v '^#' "$real/queue/commits" | grep -cvE $'^[0-9a-f]{12}\t[^ ].*[^ ]$')" = 0 ]
	[ -z "$(grep -v '^#' "$real/queue/commits" | cut -f1 | sort | uniq -d)" ]
}
