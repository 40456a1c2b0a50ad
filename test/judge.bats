#!/usr/bin/env bats
# lab/judge against recorded boots. test/fixtures/judge/<case>/ holds what differs from test/fixtures/boot/, and
# expect: the exit status, then the verdict.

setup() {
	top=$BATS_TEST_DIRNAME/..
	fixtures=$BATS_TEST_DIRNAME/fixtures
	export RESULTS=$BATS_TEST_TMPDIR/results
	export KUNIT_PARSER=${KUNIT_PARSER:-$(cd "$top" && pwd)/build/kunit}
}

# The case is the test's name.
judged() {
	local case=$fixtures/judge/$BATS_TEST_DESCRIPTION boot=$BATS_TEST_TMPDIR/boot
	mkdir "$boot"
	cp "$fixtures/boot/"* "$boot"
	cp "$case"/* "$boot"
	run "$top/lab/judge" boot "$boot"
	echo "$output"
	[ "$status" -eq "$(head -n 1 "$case/expect")" ]
	[ "${lines[-1]}" = "$(tail -n 1 "$case/expect")" ]
	[ "$(jq -r .verdict "$RESULTS/boot.json")" = "$(tail -n 1 "$case/expect" | cut -d'(' -f 1)" ]
	python3 -c 'import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])' "$RESULTS/boot.xml"
	# KCIDB's schema: identifiers, paths and statuses have a form, and no identifier comes twice.
	jq -e '([.tests[].id] | length == (unique | length))
		and all(.checkouts[], .builds[], .tests[]; (.id | test("^[a-z0-9_]+:.+$")) and (.origin | test("^[a-z0-9_]+$")))
		and all(.tests[]; (.path | test("^[A-Za-z0-9_.-]+$")) and (.status | IN("PASS", "FAIL", "SKIP", "ERROR")))' "$RESULTS/boot.kcidb"
	[ "$(find "$RESULTS" -type f | wc -l)" -eq 3 ]
}

@test "clean-short" { judged; }
@test "clean" { judged; }
@test "console-without-kernel" { judged; }
@test "empty-console" { judged; }
@test "exit-0-with-failure" { judged; }
@test "exit-1-without-failure" { judged; }
@test "exit-2-with-failure" { judged; }
@test "exit-4-without-skip" { judged; }
@test "failure" { judged; }
@test "hang-in-boot" { judged; }
@test "hang-in-shutdown" { judged; }
@test "hang" { judged; }
@test "kasan" { judged; }
@test "killed-by-signal" { judged; }
@test "kunit-disabled" { judged; }
@test "kunit-missing" { judged; }
@test "kunit-not-asked-for" { judged; }
@test "lockdep" { judged; }
@test "lost-before-anything" { judged; }
@test "lost-silently" { judged; }
@test "malformed-exit-record" { judged; }
@test "meta-incomplete" { judged; }
@test "metric-malformed" { judged; }
@test "metrics" { judged; }
@test "nested-failure" { judged; }
@test "nested-wrong-plan" { judged; }
@test "never-started" { judged; }
@test "no-done-record" { judged; }
@test "no-exit-record" { judged; }
@test "no-jobs" { judged; }
@test "no-ktap" { judged; }
@test "no-outcome" { judged; }
@test "no-plan" { judged; }
@test "no-status" { judged; }
@test "panic-5.10-arm64" { judged; }
@test "panic" { judged; }
@test "plain-fails" { judged; }
@test "plain" { judged; }
@test "rcu-stall" { judged; }
@test "skip-allowed" { judged; }
@test "skip-as-a-whole" { judged; }
@test "skip-for-another-reason" { judged; }
@test "skip-unexpected" { judged; }
@test "skip-unnamed-5.10" { judged; }
@test "skip-without-reason" { judged; }
@test "slub-redzone" { judged; }
@test "suite-fails-alone" { judged; }
@test "timed-out-though-passed" { judged; }
@test "timed-out-unkillable" { judged; }
@test "timed-out-5.10-arm64" { judged; }
@test "timed-out" { judged; }
@test "times" { judged; }
@test "truncated-channel" { judged; }
@test "truncated-in-a-result" { judged; }
@test "truncated-ktap" { judged; }
@test "truncated-kunit" { judged; }
@test "two-jobs-of-one-name" { judged; }
@test "two-splats" { judged; }
@test "warning-among-passes" { judged; }
@test "words-of-programs" { judged; }
@test "wrong-number" { judged; }
@test "wrong-plan-fewer" { judged; }
@test "wrong-plan-more" { judged; }

@test "every recorded boot has a test" {
	for case in "$fixtures"/judge/*/; do
		grep -qF "@test \"$(basename "$case")\" { judged; }" "$BATS_TEST_FILENAME"
	done
}

@test "a lost VM shows the end of its console" {
	BATS_TEST_DESCRIPTION=panic judged
	[[ $output == *"    [   27.102588] RIP: 0010:remove_migration_pte"* ]]
}

@test "results say what ran where, and how each test ended" {
	BATS_TEST_DESCRIPTION=skip-allowed judged
	jq -e '.tree == "7.3" and .arch == "x86_64" and .variant == "queue" and .config == "slim" and .accelerator == "tcg"
		and .accelerator_reason != "" and .compiler != "" and .cpu == "max" and .outcome == "done" and .boot_ms == 1525
		and .programs[0].duration_ms == 36121 and .programs[0].counts == {pass: 5, fail: 0, skip: 1}
		and (.programs[0].tests[5] | .status == "skip" and .reason == "DEVICE_COHERENT not available" and .allowed != "")
		' "$RESULTS/boot.json"
}

@test "metrics are collected" {
	BATS_TEST_DESCRIPTION=metrics judged
	jq -e '.programs[0].tests[0].metrics == [{name: "shootdowns", value: 513, unit: ""},
		{name: "time", value: 3334.5, unit: "ms"}]' "$RESULTS/boot.json"
}

@test "tests have durations: from the file times, and KUnit's from the console" {
	BATS_TEST_DESCRIPTION="times" judged
	jq -e '[.programs[0].tests[].duration_ms] == [100, 250, 150, 0, 0]
		and [.programs[1].tests[].duration_ms] == [14, 17, 13, 2, 2]' "$RESULTS/boot.json"
	python3 - "$RESULTS/boot.xml" <<-'EOF'
		import sys, xml.etree.ElementTree as e
		assert e.parse(sys.argv[1]).find(".//testcase").get('time') == '0.1'
	EOF
}

@test "JUnit counts what the results count, and escapes" {
	BATS_TEST_DESCRIPTION=failure judged
	python3 - "$RESULTS/boot.xml" <<-'EOF'
		import sys, xml.etree.ElementTree as e
		suite = e.parse(sys.argv[1]).getroot().find("testsuite[@name='hmm-tests']")
		assert len(suite.findall('testcase')) == int(suite.get('tests')) == 6
		assert len(suite.findall('testcase/failure')) == int(suite.get('failures')) == 2
	EOF
	jq '.programs[0].tests[0].name = "<a> & \"b\" \u0001"' "$RESULTS/boot.json" >"$BATS_TEST_TMPDIR/odd.json"
	jq -r -f "$top/lab/junit.jq" "$BATS_TEST_TMPDIR/odd.json" >"$BATS_TEST_TMPDIR/odd.xml"
	python3 - "$BATS_TEST_TMPDIR/odd.xml" <<-'EOF'
		import sys, xml.etree.ElementTree as e
		assert e.parse(sys.argv[1]).find(".//testcase").get('name') == '<a> & "b" ?'
	EOF
}

@test "KCIDB has the tests, the programs, the boot and the splats" {
	BATS_TEST_DESCRIPTION=failure judged
	jq -e --slurpfile results "$RESULTS/boot.json" '(.tests | length) == ([$results[0].programs[] | 1 + (.tests | length)] | add + 2)
		and ([.tests[] | select(.path | startswith("hmm-tests.")) | select(.status == "FAIL")] | length) == 1
		and ([.tests[] | select(.path == "hmm-tests").status] == ["FAIL"])' "$RESULTS/boot.kcidb"
}

@test "without the kernel's parser there is no verdict" {
	KUNIT_PARSER=/nonexistent run "$top/lab/judge" boot "$fixtures/boot"
	[ "$status" -eq 2 ]
	[ ! -e "$RESULTS/boot.json" ]
}
