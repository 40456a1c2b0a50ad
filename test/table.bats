#!/usr/bin/env bats
# lab/table on what lab/judge makes of recorded boots.

setup_file() {
	export top=$BATS_TEST_DIRNAME/.. RESULTS=$BATS_FILE_TMPDIR
	result base failure base max
	result queue metrics queue max
	result skipped skip-allowed queue max
	result lost panic queue cortex-a72
	result mutant clean-short mutant/one-whose-name-is-long max
}

# result NAME CASE VARIANT CPU: judges a recorded boot as if it had been that variant on that CPU
result() {
	local boot=$BATS_FILE_TMPDIR/boots/$1
	mkdir -p "$boot"
	cp "$BATS_TEST_DIRNAME/fixtures/boot/"* "$boot"
	cp "$BATS_TEST_DIRNAME/fixtures/judge/$2/"* "$boot"
	printf '%s\n' '# hmm-tests.c:9:migrate:Expected 0 (0) == 1 (1)' '# migrate: Test failed' \
		"# hmm-tests.c:8:migrate:$1 lost: 16 of 16" >"$boot/stderr"
	sed -i "s,^variant=.*,variant=$3,; s,^cpu=.*,cpu=$4," "$boot/meta"
	run "$top/lab/judge" boot "$boot"
	[ -s "$RESULTS/$1.json" ]
}

table() {
	run "$top/lab/table" "${@/%/.json}"
	echo "$output"
	[ "$status" -eq 0 ]
}

setup() { cd "$RESULTS" || return; }

# row LABEL CELL...: the table has this row
row() {
	local want
	want=$(printf '%s ' "$@")
	tr -s ' ' <<<"$output" | sed 's/$/ /' | grep -qxF -- "$want"
}

@test "a suite's counts, the splats, and the tests that differ" {
	table base queue
	row variant base queue
	row "hmm-tests (pass/fail/skip)" 4/1/0 5/0/0
	row "kunit (pass/fail/skip)" 5/0/0 5/0/0
	row splats 0 0
	row hmm.hmm_device_private.migrate fail pass
	[[ $output != *hmm_device_private.anon_read* ]]
}

@test "under a test that differs stands what it said of what it saw" {
	table base queue
	[[ $output == *$'hmm_device_private.migrate '*$'\n  base, max: base lost: 16 of 16\n  queue, max: queue lost: 16 of 16\n'* ]]
	[[ $output != *Expected* && $output != *'Test failed'* ]]
}

@test "metrics have rows" {
	table base queue
	row "hmm.hmm_device_private.open_close: shootdowns" - 513
	row "hmm.hmm_device_private.open_close: time (ms)" - 3334.5
}

@test "the last lines are a verdict for each column" {
	table base queue
	[[ ${lines[-2]} == "base, max: FAIL (hmm-tests: 1 of 5 tests failed"* ]]
	[ "${lines[-1]}" = "queue, max: PASS" ]
}

@test "coherent memory is counted apart, skips with their reason" {
	table queue skipped
	row "hmm-tests (pass/fail/skip)" 5/0/0 5/0/0
	row "hmm-tests, coherent memory" 0/0/0 0/0/1
	row "skipped: DEVICE_COHERENT not available" 0 1
	row hmm.hmm_device_coherent.migrate - skip
}

@test "what a lost VM did not reach is counted, not listed; what ran then has failed" {
	table queue lost
	row cpu max cortex-a72
	row "hmm-tests (pass/fail/skip)" 5/0/0 2/1/0
	row "hmm-tests, not reached" 0 2
	row splats 0 3
	row hmm.hmm_device_private.migrate pass fail
	[[ ${lines[-1]} == "queue, cortex-a72: LOST (the VM was lost; "*... ]]
}

@test "no line is wider than 80 columns" {
	for columns in "base queue" "base queue lost mutant" "base queue lost mutant skipped queue"; do
		# shellcheck disable=SC2086 # several names
		table $columns
		[ "$(awk '{ if (length > max) max = length } END { print max }' <<<"$output")" -le 80 ]
	done
	row "variant of column 4: mutant/one-whose-name-is-long"
}

@test "what differs between the columns is said for each" {
	jq '.accelerator = "kvm"' queue.json >other.json
	table queue other
	row accelerator tcg kvm
	[[ ${lines[0]} != *tcg* ]]
}

@test "colour on a terminal only, and not with NO_COLOR" {
	table base queue
	[[ $output != *$'\e['* ]]
	NO_COLOR='' run script -qec "$top/lab/table base.json queue.json" /dev/null
	[[ $output == *$'\e[31mfail'* ]]
	[[ $output == *$'\e[32mpass'* ]]
	NO_COLOR=1 run script -qec "$top/lab/table base.json queue.json" /dev/null
	[[ $output == *fail* ]]
	[[ $output != *$'\e['* ]]
}

@test "what is no result is an error" {
	echo '{}' >empty.json
	for bad in empty missing; do
		run "$top/lab/table" base.json "$bad.json"
		[ "$status" -ne 0 ]
		[[ $output == *"$bad.json"* ]]
	done
	run "$top/lab/table"
	[ "$status" -ne 0 ]
}
