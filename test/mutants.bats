#!/usr/bin/env bats
# lab/mutants: which of them are seen by the tests that they name. Building and booting are replaced by stand-ins.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	export TREE=7.3 ARCH=x86_64 CONFIG=slim
	mkdir -p queue/7.3 mutants/7.3 build/results
	cp "$real/queue/7.3/base" queue/7.3/
	printf '#!/bin/sh\n' | tee lab/tree >lab/image
	# The result that the test wants, under the name that a real boot would give it.
	cat >lab/suite <<'EOF'
#!/bin/sh
echo "$HMM_TESTS|$KUNIT_TESTS" >build/asked
cp build/wanted.json build/results/x.json
echo x
exit 1
EOF
	chmod +x lab/tree lab/image lab/suite
}

mutant() { # NAME LINE...: a mutant whose message ends with these lines
	local name=$1
	shift
	{ printf 'Subject: [PATCH] mutant: %s\n\n' "$name"; printf '%s\n' "$@" ---; } >"mutants/7.3/$name.patch"
}

result() { # NAME STATUS...: what the tests ended with
	printf '%s %s\n' "$@" | jq -R 'split(" ") | {name: .[0], status: .[1]}' | jq -s '{programs: [{tests: .}]}' >build/wanted.json
}

@test "caught: each test that it names has failed" {
	mutant bug 'Caught-by: hmm-tests one' 'Caught-by: kunit md.case.first'
	result hmm_pte.one fail md.case.first fail md.case.second pass
	run -0 --separate-stderr lab/mutants bug
	[ "${lines[0]}" = 1..1 ]
	[ "${lines[1]}" = 'ok bug: caught by one, md.case.first' ]
	[ "$(cat build/asked)" = 'one|md.case' ]
}

@test "survived: a test that it names has passed, or did not run" {
	mutant bug 'Caught-by: hmm-tests one' 'Caught-by: hmm-tests two'
	result hmm_pte.one fail hmm_pte.two pass
	run -1 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'not ok bug: not seen by two' ]
	result hmm_pte.other fail
	run -1 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'not ok bug: not seen by one, two' ]
	[ "$(cat build/asked)" = 'one two|none' ]
}

@test "a mutant that was not seen is booted again, three times at most" {
	mutant bug 'Caught-by: hmm-tests one'
	result hmm_pte.one pass
	cp build/wanted.json build/passed.json
	result hmm_pte.one fail
	cat >lab/suite <<'EOF'
#!/bin/sh
echo "reuse=$REUSE" >>build/boots
if [ "$(wc -l <build/boots)" -lt "$BOOTS" ]; then cp build/passed.json build/results/x.json; else cp build/wanted.json build/results/x.json; fi
echo x
EOF
	export REUSE=1
	BOOTS=3 run -0 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'ok bug: caught by one' ]
	# Not what was kept of the boot before.
	[ "$(cat build/boots)" = $'reuse=1\nreuse=\nreuse=' ]
	rm build/boots
	BOOTS=4 run -1 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'not ok bug: not seen by one' ]
	[ "$(wc -l <build/boots)" = 3 ]
}

@test "a mutant that no test can see says why, and is not built" {
	mutant bug 'Survives: nobody can look there.'
	printf '#!/bin/sh\nexit 1\n' >lab/image
	run -0 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'ok bug # skip survives: nobody can look there.' ]
}

@test "a mutant that needs another config is skipped, and one of no config refused" {
	mutant bug 'Needs-config: slim' 'Caught-by: hmm-tests one'
	result hmm_pte.one fail
	run -0 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'ok bug: caught by one' ]
	rm build/asked
	mkdir -p config
	: >config/kasan.config
	mutant bug 'Needs-config: kasan' 'Caught-by: hmm-tests one'
	run -0 --separate-stderr lab/mutants bug
	[ "${lines[1]}" = 'ok bug # skip wants CONFIG=kasan' ]
	[ ! -e build/asked ]
	mutant bug 'Needs-config: kassan' 'Caught-by: hmm-tests one'
	run -2 lab/mutants bug
	[[ $output == *"Needs-config: kassan" ]]
}

@test "a mutant that is not there, and one that names no test, are refused" {
	mutant bug
	run -2 lab/mutants nothing
	[[ $output == *"no mutant 'nothing': mutants/7.3 has bug" ]]
	run -2 lab/mutants bug
	[[ $output == *"mutants/7.3/bug.patch names no test: "* ]]
}

@test "a tree without mutants says so" {
	run -2 lab/mutants
	[ "$output" = 'mutants: mutants/7.3 has no mutant' ]
}
