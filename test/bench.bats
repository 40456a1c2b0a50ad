#!/usr/bin/env bats
# What lab/bench makes of the lines of guest/bench and of the plugin, with known lines in place of boots.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash
load bench.bash

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../guest" ARCH="$(uname -m | sed s/aarch64/arm64/)" OUT="$BATS_FILE_TMPDIR/guest"
}

setup() { sandbox; }

# table PART FORMAT: of the lines on stdin
table() { jq -rn -R -L lab --arg format "$2" -f "lab/bench-$1.jq"; }

# column FILE NAME: the cells below that heading
column() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i; next } { print $n }' "$1"; }

@test "shootdowns: base beside queue, whichever comes first, and the floor" {
	{
		shootdowns queue exclusive 0 512 1 1 0 1 1 1
		shootdowns base exclusive 0 512 1 1 0 513 513 513
		shootdowns base shared 0 1024 2 0 3 3072 3073 3072
		shootdowns queue shared 0 1024 2 0 3 6 6 6
	} >raw
	table shootdowns csv <raw >out.csv
	[ "$(column out.csv layout | paste -sd' ')" = 'exclusive shared' ]
	[ "$(column out.csv base | paste -sd' ')" = '513 3072-3073' ]
	[ "$(column out.csv queue | paste -sd' ')" = '1 6' ]
	[ "$(column out.csv floor | paste -sd' ')" = '1 6' ]
	[ "$(column out.csv base_interrupts | paste -sd' ')" = '513 3072' ]
	[ "$(column out.csv queue_interrupts | paste -sd' ')" = '1 6' ]
	run -0 table shootdowns markdown <raw
	[ "${lines[2]}" = '| exclusive | 2 MB | 1 | 1 | 0 | 513 | 1 | 1 | 513 | 1 | all |' ]
}

@test "shootdowns: a case of one variant only is an error" {
	shootdowns base exclusive 0 512 1 1 0 513 513 513 >raw
	run -5 table shootdowns csv <raw
	[[ $output == *'no line of queue like'* ]]
}

@test "instructions: the median of the rounds but the first, the least of the boots, for each page, and the ratio" {
	{
		phases base 2 1 1 1 0
		phases base 2 2000 500 3
		phases base 2 1000 510 3
		phases base 2 900 490 3
		phases base 2 1100 501 3 1 2
		phases queue 2 1 1 1 0
		phases queue 2 900 400 1
		phases queue 2 950 401 1
		phases queue 2 100 400 1
	} >raw
	table instructions csv <raw >out.csv
	[ "$(column out.csv base_all_insns) $(column out.csv queue_all_insns) $(column out.csv all_ratio)" = '1000 900 0.9' ]
	[ "$(column out.csv base_setup_insns) $(column out.csv queue_setup_insns) $(column out.csv setup_ratio)" = '500 400 0.8' ]
	[ "$(column out.csv base_all_flushes) $(column out.csv queue_all_flushes)" = '3 1' ]
	run -0 table instructions markdown <raw
	[ "${lines[2]}" = '| exclusive | 8 kB | 1 | 250 | 200 | 0.8 | 100 | 100 | 1 | 50 | 50 | 1 | 0.875 | 0.9 | 3 | 1 |' ]
	run -0 table instructions verdict <raw
	[[ $output != *'- Worse'* ]]
	[[ $output == *"- setup: from 0.8 to 0.8 (exclusive, 8 kB)"* ]]
}

@test "instructions: what does not move is said to" {
	{ phases base 1 1000 500 2; phases queue 1 1000 500 2; } | sed 's/moved=1/moved=0/' | table instructions markdown >said
	grep -q '^| exclusive (refused) | 4 kB |' said
}

@test "instructions: a queue that executes more is said to" {
	{ phases base 1 1000 500 2; phases queue 1 1010 500 2; } | table instructions verdict >said
	grep -qx -- '- no flush went away' said
	run -1 grep -e '- Worse' said
	{ phases base 1 1000 500 2; phases queue 1 1011 500 2; } | table instructions verdict >said
	grep -qx -e '- Worse: exclusive, 4 kB, the ioctl: 1.011' said
	{ phases base 1 1000 500 2; phases queue 1 1000 509 2; } | table instructions verdict >said
	grep -qx -e '- more than 1 % more: exclusive, 4 kB, setup, pages and finalize together: 1.0113' said
	{ phases base 1 1000 500 2; phases queue 1 1000 500 1; } | table instructions verdict >said
	grep -qx -e '- Worse: exclusive, 4 kB, setup, with fewer flushes: 1' said
}

@test "times: medians, percentiles, and the ratio of each pair of boots" {
	local n
	{
		# Base takes 1 to 10 ms in the first boot and ten times that in the second, the queue half of it.
		for n in 1 2 3 4 5 6 7 8 9 10; do
			times base 1 "${n}000000" "${n}00000" "${n}0000"
			times queue 1 $((n * 500000)) "${n}00000" $((n * 2500))
			times base 2 "${n}0000000" "${n}00000" "${n}0000"
			times queue 2 $((n * 1000000)) "${n}00000" $((n * 2500))
		done
	} >raw
	table times csv <raw >out.csv
	[ "$(column out.csv base_to_device_ns) $(column out.csv queue_to_device_ns)" = '10000000 3750000' ]
	[ "$(column out.csv base_to_device_ns_p10) $(column out.csv base_to_device_ns_p90) $(column out.csv base_to_device_ns_max)" = '2000000 80000000 100000000' ]
	[ "$(column out.csv to_device_ratio) $(column out.csv to_device_ratio_least) $(column out.csv to_device_ratio_most)" = '0.375 0.1 0.5' ]
	[ "$(column out.csv stall_ratio) $(column out.csv back_ratio)" = '0.25 1' ]
	[ "$(column out.csv base_rounds)" = 20 ]
}

@test "times: what the threads get done is compared with the same time undisturbed" {
	{ times base 1 1000000 1 1; times queue 1 500000 1 1; } | table times csv >out.csv
	[ "$(column out.csv base_pace) $(column out.csv queue_pace)" = '0.5 1' ]
}

@test "settings that are no good" {
	refused "bench: WHAT=speed: there are shootdowns instructions times ioctl" env WHAT=speed lab/bench
	refused "bench: WHAT=shootdowns: arm64 has no tracepoint tlb:tlb_flush; WHAT=instructions counts TLBI" env WHAT=shootdowns ARCH=arm64 lab/bench
	refused "bench: no tree '9.9': TREE is one of 9.1" env TREE=9.9 lab/bench
	refused "bench-times: BOOTS=0 is not a number from 1 to 99" env BOOTS=0 WHAT=times lab/bench
	refused "bench-instructions: BOOTS=x is not a number from 1 to 99" env BOOTS=x lab/bench
	refused "bench-times: ROUNDS=x is not a number from 1 to 999" env ROUNDS=x WHAT=times lab/bench
}

@test "arguments of guest/bench that are no good" {
	local args
	for args in '' 'new' 'shootdowns' 'shootdowns all' 'calls' 'calls x' 'times' 'times 0' 'times x' 'times 1 1'; do
		# shellcheck disable=SC2086 # split on purpose
		run -2 "$BATS_FILE_TMPDIR/guest/bench" $args
		[ "${#lines[@]}" = 1 ]
	done
}
