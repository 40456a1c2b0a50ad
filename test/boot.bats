#!/usr/bin/env bats
# lab/boot, lab/accel, lab/initramfs and the guest's PID 1.

# shellcheck disable=SC2154 # top and act are guest.bash's, output and stderr come from run
bats_require_minimum_version 1.5.0
load guest.bash

setup_file() { compile_act x86_64 && compile_act arm64; }

setup() {
	BOOT=$BATS_TEST_TMPDIR/boot
	mkdir -p "$BOOT"
	export BOOT
}

job() { printf '%s\tplain\t%s\t%s\n' "$1" "$2" "$3" >>"$BOOT/jobs"; }

# output_of NAME FILE: what a program wrote, cut out of the common file by its record
output_of() {
	local range
	range=$(sed -n "s/^exit n=[0-9]* name=$1 .* $2=\([0-9]*+[0-9]*\).*/\1/p" "$BOOT/status")
	tail -c "+$((${range%+*} + 1))" "$BOOT/$2" | head -c "${range#*+}"
}

# fake_image ARCH: enough of an image for the checks that come before QEMU
fake_image() {
	export ARCH=$1 IMAGE=$BATS_TEST_TMPDIR/image ACCEL=tcg
	mkdir -p "$IMAGE/tests"
	printf 'arch=%s\n' "$1" >"$IMAGE/meta"
	: >"$IMAGE/bzImage"
	: >"$IMAGE/Image"
}

@test "no jobs file: says so" {
	fake_image x86_64
	run -2 "$top/lab/boot"
	[[ $output == "boot: $BOOT/jobs is missing"* ]]
}

@test "a malformed job is refused" {
	fake_image x86_64
	job good 5 /tests/good
	printf 'no-tabs-here\n' >>"$BOOT/jobs"
	run -2 "$top/lab/boot"
	[[ $output == "boot: $BOOT/jobs, no-tabs-here: "* ]]
}

@test "no kernel in the image: says which file, and how to get it" {
	fake_image x86_64
	rm "$IMAGE/bzImage"
	: >"$BOOT/jobs"
	run -2 "$top/lab/boot"
	[[ $output == "boot: $IMAGE/bzImage is missing: make image "* ]]
}

@test "options QEMU does not have: QEMU's own words, and no outcome" {
	fake_image x86_64
	: >"$BOOT/jobs"
	QEMU_EXTRA="-no-such-option" run -2 "$top/lab/boot"
	[[ $output == *"boot: QEMU did not start: "*"-no-such-option"* ]]
	[ ! -e "$BOOT/outcome" ]
}

@test "DISK that is no size: says so" {
	fake_image x86_64
	: >"$BOOT/jobs"
	DISK=huge run -2 "$top/lab/boot"
	[[ $output == *"boot: DISK=huge is not a size like 64M" ]]
}

@test "the initramfs is reproducible, and holds tests, jobs, environment and program" {
	fake_image x86_64
	: >"$BOOT/jobs"
	echo A=b >"$BOOT/env"
	echo data >"$IMAGE/tests/some-test"
	PROG=$BATS_FILE_TMPDIR/act-x86_64 "$top/lab/initramfs"
	first=$(sha256sum "$BOOT/initramfs.cpio")
	touch "$IMAGE/tests/some-test"
	(umask 077 && PROG=$BATS_FILE_TMPDIR/act-x86_64 "$top/lab/initramfs")
	[ "$first" = "$(sha256sum "$BOOT/initramfs.cpio")" ]
	run -0 cpio --quiet -it <"$BOOT/initramfs.cpio"
	for file in init jobs env tests/some-test prog/act-x86_64; do
		[[ $'\n'$output$'\n' == *$'\n'$file$'\n'* ]]
	done
}

@test "accel: ACCEL overrides, and only kvm and tcg are known" {
	ARCH=arm64 ACCEL=kvm run -0 "$top/lab/accel"
	[ "$output" = "kvm asked for with ACCEL=kvm" ]
	ACCEL=fast run -2 "$top/lab/accel"
	[ "$output" = "accel: ACCEL=fast: there are kvm and tcg" ]
}

@test "accel: KVM is not considered for another architecture" {
	[ "$(uname -m)" = x86_64 ] || skip "this machine is not x86_64"
	ARCH=arm64 ACCEL='' run -0 "$top/lab/accel"
	[ "$output" = "tcg the guest is arm64 and this machine is x86_64" ]
}

@test "boots; every program's end is reported, and its output is whole" {
	need_image
	echo COLOUR=dark red >"$BOOT/env"
	job three 20 "/prog/act-$ARCH exit 3"
	job segv 20 "/prog/act-$ARCH segv"
	job none 20 /tests/none
	job hang 2 "/prog/act-$ARCH hang"
	job orphan 20 "/prog/act-$ARCH orphan"
	job env 20 "/prog/act-$ARCH env COLOUR"
	job args 20 "/prog/act-$ARCH args one%20two 100% %2520"
	job binary 60 "/prog/act-$ARCH binary 3"
	PROG=$act "$top/lab/boot"

	[ "$(cat "$BOOT/outcome")" = 'done' ]
	[ "$(tail -n 1 "$BOOT/status")" = 'done' ]
	[[ $(head -n 1 "$BOOT/status") =~ ^boot\ uptime_ms=[0-9]+$ ]]
	grep -q '^exit n=1 name=three status=3 signal=0 timeout=0 ms=[0-9]* ' "$BOOT/status"
	grep -q '^exit n=2 name=segv status=-1 signal=11 timeout=0 ' "$BOOT/status"
	grep -q '^exit n=3 name=none status=127 signal=0 timeout=0 ' "$BOOT/status"
	grep -q '^exit n=4 name=hang status=-1 signal=9 timeout=1 ms=2[0-9][0-9][0-9] ' "$BOOT/status"
	grep -q '^exit n=5 name=orphan status=0 signal=0 timeout=0 ' "$BOOT/status"
	[ "$(grep -c killed=0 "$BOOT/status")" = 0 ]
	[ "$(output_of none stderr)" = "lab: cannot run /tests/none: No such file or directory" ]
	[ "$(output_of hang stdout)" = hanging ]
	[ "$(output_of orphan stdout)" = parent ]
	[ "$(output_of env stdout)" = "dark red" ]
	[ "$(output_of args stdout)" = $'[one two]\n[100%]\n[%20]' ]
	[ "$(output_of args stderr)" = "3 arguments" ]
	cmp <(output_of binary stdout) <("$BATS_FILE_TMPDIR/act-$(uname -m | sed 's/aarch64/arm64/')" binary 3)
	grep -q 'lab: start n=8 name=binary' "$BOOT/console.log"
	grep -q '^accel=' "$BOOT/meta"
}

@test "a VM that panics is lost, and the record says in which program" {
	need_image
	job crash 20 "/prog/act-$ARCH write /proc/sysrq-trigger c"
	job after 20 "/prog/act-$ARCH exit 0"
	PROG=$act run -2 "$top/lab/boot"
	[[ $output == *"boot: the VM was lost (while crash ran; console: "* ]]
	[ "$(cat "$BOOT/outcome")" = lost ]
	[ "$(tail -n 1 "$BOOT/status")" = "start n=1 name=crash" ]
}

@test "killed hard or gently, lab/boot leaves no QEMU behind" {
	need_image
	job hang 100 "/prog/act-$ARCH hang"
	for signal in TERM KILL; do
		rm -f "$BOOT/status"
		PROG=$act "$top/lab/boot" 3>&- &
		pid=$!
		for _ in {1..600}; do
			[ ! -s "$BOOT/status" ] || break
			sleep 0.1
		done
		[ -n "$(vms "$BOOT/")" ]
		kill "-$signal" "$pid"
		run wait "$pid"
		sleep 0.5
		[ -z "$(vms "$BOOT/")" ]
	done
}
