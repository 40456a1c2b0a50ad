#!/usr/bin/env bats
# lab/guest: the verb that runs a user's own program in an image's VM.

# shellcheck disable=SC2154 # top and act are guest.bash's, output and stderr come from run
bats_require_minimum_version 1.5.0
load guest.bash

setup_file() { compile_act x86_64 && compile_act arm64; }

setup() {
	export TREE=7.3 ARCH=x86_64 VARIANT=base CONFIG=slim
	cd "$BATS_FILE_TMPDIR" || return
}

# What lab/guest keeps for a person to look at is no use after a test.
teardown() {
	local kept
	kept=$(sed -n 's/^guest: .*everything about it is in //p' <<<"${stderr:-}")
	[ -z "$kept" ] || rm -r "$kept"
}

# refused WORDS... : lab/guest check says this line about EXEC, and exits with 2
refused() {
	run -2 "$top/lab/guest" check
	[ "$output" = "guest: EXEC$*" ]
}

@test "EXEC that is empty, missing, a directory or not executable" {
	EXEC='' refused ' is empty; say EXEC="prog args"'
	EXEC='  ' refused ' is empty; say EXEC="prog args"'
	EXEC='nowhere/prog a' refused ': nowhere/prog does not exist'
	EXEC=/ refused ': / is not a file'
	cp act-x86_64 plain && chmod -x plain
	EXEC=plain refused ': plain is not executable (chmod +x)'
}

@test "EXEC that is a script, damaged or no program" {
	printf '#!/bin/sh\n' >script && chmod +x script
	EXEC=script refused ': script is not an ELF program; the guest has no shell and no interpreter to run anything else'
	head -c 100 act-x86_64 >damaged && chmod +x damaged
	EXEC=damaged refused ': damaged is a damaged ELF file'
	gcc -c -o object "$BATS_TEST_DIRNAME/guest/act.c" && chmod +x object
	EXEC=object refused ': object is an ELF file, but not a program'
}

@test "EXEC for another machine" {
	EXEC=act-arm64 refused ': act-arm64 is for AArch64, the guest is x86_64'
	ARCH=arm64 EXEC=act-x86_64 refused ': act-x86_64 is for Advanced Micro Devices X86-64, the guest is arm64'
}

@test "EXEC that is dynamically linked; static and static-pie are fine" {
	gcc -o dynamic "$BATS_TEST_DIRNAME/guest/act.c"
	gcc -static-pie -o pie "$BATS_TEST_DIRNAME/guest/act.c"
	[ "$(uname -m)" = x86_64 ] || export ARCH=arm64
	EXEC=dynamic refused ': dynamic is dynamically linked; the guest has no libraries: link it with -static'
	EXEC=pie run -0 "$top/lab/guest" check
	EXEC="act-$ARCH" run -0 "$top/lab/guest" check
	[ -z "$output" ]
}

@test "EXEC with arguments that cannot be passed on" {
	EXEC="act-x86_64 'one" refused ': unmatched single quote'
	EXEC="act-x86_64 ''" refused ': an argument that is empty or has a newline cannot be passed on'
}

@test "other settings that are no good" {
	export EXEC=act-x86_64
	TIMEOUT=soon run -2 "$top/lab/guest" check
	[ "$output" = "guest: TIMEOUT=soon is not a number of seconds" ]
	TREE=9.9 run -2 "$top/lab/guest" check
	[[ $output == "guest: no tree '9.9'"* ]]
	ARCH=mips run -2 "$top/lab/guest" check
	[[ $output == "guest: no architecture 'mips'"* ]]
	IMAGE=$PWD/no-image run -2 "$top/lab/guest"
	[[ $output == "guest: $PWD/no-image is missing: make image "* ]]
}

@test "stdout, stderr and exit status are the program's own" {
	need_image
	EXEC="$act args 'one two' 100%" run -0 --separate-stderr "$top/lab/guest"
	[ "$output" = $'[one two]\n[100%]' ]
	[[ $stderr == *'2 arguments'* ]]
	EXEC="$act exit 42" run -42 --separate-stderr "$top/lab/guest"
	[ -z "$output" ]
}

@test "5: time-out, with what the program said until then" {
	need_image
	EXEC="$act hang" TIMEOUT=2 run -5 --separate-stderr "$top/lab/guest"
	[ "$output" = hanging ]
	[[ $stderr == *"guest: time-out: $(basename "$act") was killed after 2 s"* ]]
}

@test "4: the VM was lost" {
	need_image
	EXEC="$act reboot" run -4 --separate-stderr "$top/lab/guest"
	[[ $stderr == *"the last lines of the console:"*"guest: the VM was lost (lost)"* ]]
}

@test "3: the kernel complained" {
	need_image
	grep -q CONFIG_LKDTM=y "$IMAGE/config" || skip "the image has no LKDTM to provoke the kernel with"
	EXEC="$act write /sys/kernel/debug/provoke-crash/DIRECT WARNING" run -3 --separate-stderr "$top/lab/guest"
	[[ $stderr == *"guest: the kernel complained"* ]]
}
