#!/usr/bin/env bats
# lab/coverage.py: gcov's counts of one file against the list of what need not be reached.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	printf '%b\n' '/* comment { */' 'static int first(int a,' '\t\t int b)' '{' '\tif (a) /* why */' '\t\tgoto out;' \
		'\tif (b) {' '\t\ta++;' '\t\tgoto out;' '\t}' '\treturn 0;' 'out:' '\treturn 1;' '}' \
		'static int second(void)' '{' "$(printf '\tstep%d();\n' {1..40})" '}' >file.c
	: >list
	# Line 6, a goto, and lines 8 and 9 are not reached.
	count 2=3 5=3 6=0 7=3 8=0 9=0 11=3 13=3 15=1 "$(seq -f '%g=1' 17 56)"
}

# count LINE=TIMES...: what gcov says; the branch of line 5 is never taken
count() {
	tr ' ' '\n' <<<"$*" | jq -R 'split("=") | map(tonumber)
		| {line_number: .[0], count: .[1], branches: (if .[0] == 5 then [{count: 0}, {count: .[1]}] else [] end)}' |
		jq -s '{files: [{file: "/some/where/mm/file.c", lines: ., functions: [{name: "first", execution_count: 3}]},
			{file: "include/file.c", lines: [], functions: []}]}' >counts.json
}

# entry TREE ARCH FUNCTION TEXT REASON
entry() {
	local IFS=$'\t'
	printf '%s\n' "$*" >>list
}

judge() { python3 lab/coverage.py counts.json file.c mm/file.c list 7.3 "${1:-x86_64}" info; }

@test "a line that is not reached and has no reason fails, and so it is with each" {
	run -1 judge
	[ "${lines[0]}" = 'mm/file.c: lines 93.8 % (46 of 49), branches 50.0 % (1 of 2)' ]
	[[ $output == *'not ok: first: line 6 is not reached and has no reason: goto out;'* ]]
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	run -1 judge
	[[ $output != *'line 6 is not reached and'* ]]
	[[ $output == *'not ok: first: line 8 is not reached and has no reason: a++;'*'line 9 '* ]]
}

@test "each with its reason passes, and shows it" {
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	entry '7.*' x86_64 first 'a++; goto out;' 'nobody passes b'
	run -0 judge
	[ "${lines[1]}" = 'not reached in first:' ]
	[ "${lines[2]}" = '     6  goto out;' ]
	[ "${lines[3]}" = '          nobody passes a' ]
	[ "${lines[6]}" = '          nobody passes b' ]
	[ "${#lines[@]}" = 7 ]
	grep -qx 'DA:6,0' info
	grep -qx 'BRDA:5,0,0,0' info
	grep -qx 'FN:2,first' info
	# On another architecture the second does not hold.
	run -1 judge arm64
	[[ $output == *'line 8 is not reached and has no reason'* ]]
}

@test "a text may leave out what is between" {
	entry '*' '*' first 'if (a) ... goto out; }' 'nobody passes any'
	run -1 judge
	[[ $output == *'not ok: entry 1, first: line 7 is reached: if (a) ... goto out; }'* ]]
	: >list
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	entry '*' '*' first 'if (b) { ... goto out;' 'nobody passes b'
	run -0 judge
}

@test "a reason for a line that is reached, or for none, is stale" {
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	entry '*' '*' first 'a++; goto out;' 'nobody passes b'
	entry '*' '*' second 'step7();' 'nobody goes there'
	run -1 judge
	[ "${lines[7]}" = 'not ok: entry 3, second: line 23 is reached: step7();' ]
	[ "${#lines[@]}" = 8 ]
	sed -i 's/step7/step70/' list
	run -1 judge
	[ "${lines[7]}" = 'not ok: entry 3, second: there is no such text: step70();' ]
	sed -i 's/second/third/' list
	run -1 judge
	[ "${lines[7]}" = 'not ok: entry 3, third: there is no such text: step70();' ]
}

@test "a text that is there twice and reached once does not say which is meant" {
	count 2=3 5=3 6=1 7=3 8=0 9=0 11=3 13=3 15=1 "$(seq -f '%g=1' 17 56)"
	entry '*' '*' first 'goto out;' 'nobody does that'
	run -1 judge
	[[ $output == *'not ok: entry 1, first: line 6 is reached: goto out;'* ]]
}

@test "what comes after a text says which of two is meant" {
	count 2=3 5=3 6=1 7=3 8=1 9=0 11=3 13=3 15=1 "$(seq -f '%g=1' 17 56)"
	entry '*' '*' first 'goto out; >>> } return 0;' 'nobody does that'
	run -0 judge
	sed -i 's/return 0/return 1/' list
	run -1 judge
	[[ $output == *'not ok: entry 1, first: there is no such text: goto out; >>> } return 1;'* ]]
}

@test "lines that are reached sometimes may be reached or not, but they must be there" {
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	entry '*' '*' first 'a++; goto out;' 'sometimes: a race'
	run -0 judge
	count 2=3 5=3 6=0 7=3 8=1 9=1 11=3 13=3 15=1 "$(seq -f '%g=1' 17 56)"
	run -0 judge
	sed -i 's/a++/b++/' list
	run -1 judge
	[[ $output == *'not ok: entry 2, first: there is no such text: b++; goto out;'* ]]
}

@test "below 90 % fails, with all reasons given; exactly 90 % does not" {
	count 6=0 8=0 9=0 "$(seq -f '%g=1' 17 42)"
	entry '*' '*' first 'if (a) goto out;' 'nobody passes a'
	entry '*' '*' first 'a++; goto out;' 'nobody passes b'
	run -1 judge
	[ "${lines[0]}" = 'mm/file.c: lines 89.6 % (26 of 29), branches 100.0 % (0 of 0)' ]
	[ "${lines[-1]}" = 'not ok: fewer than 90 % of the lines are reached' ]
	count 6=0 8=0 9=0 "$(seq -f '%g=1' 17 43)"
	run -0 judge
}

@test "what cannot be judged is refused with one line" {
	entry '*' '*' first 'goto out;'
	run -2 judge
	[ "$output" = 'coverage: list:1: an entry needs five columns separated by tabs; the last is its reason' ]
	: >list
	count 6=0 60=1
	run -2 judge
	[ "$output" = 'coverage: file.c has 57 lines, gcov counted line 60: not the file that was compiled' ]
	echo '{"files": []}' >counts.json
	run -2 judge
	[ "$output" = 'coverage: counts.json has no lines of mm/file.c' ]
	: >counts.json
	run -2 judge
	[[ $output == 'coverage: counts.json: not what gcov --json-format prints: '* ]]
}

@test "lab/coverage refuses a tree and an architecture that are not there" {
	TREE=0.1 run -2 lab/coverage
	[ "$output" = "coverage: no tree '0.1': TREE is one of 9.1" ]
	ARCH=mips run -2 lab/coverage
	[ "$output" = "coverage: no architecture 'mips': ARCH is x86_64 or arm64" ]
}
