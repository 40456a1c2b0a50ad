# shellcheck shell=bash
# What boot.bats and guest.bats share. Tests that boot need LAB_TEST_IMAGE=<an image's directory>.

top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
export top

need_image() {
	[ -n "${LAB_TEST_IMAGE:-}" ] || skip "boots a VM: set LAB_TEST_IMAGE to an image's directory"
	IMAGE=$(cd "$LAB_TEST_IMAGE" && pwd)
	ARCH=$(sed -n 's/^arch=//p' "$IMAGE/meta")
	CONFIG=$(sed -n 's/^config=//p' "$IMAGE/meta")
	act=$BATS_FILE_TMPDIR/act-$ARCH
	export IMAGE ARCH CONFIG act
}

# compile_act ARCH: test/guest/act.c as a static program for that architecture
compile_act() {
	local machine=x86_64 cc=gcc
	[ "$1" = x86_64 ] || machine=aarch64
	[ "$machine" = "$(uname -m)" ] || cc=$machine-linux-gnu-gcc
	"$cc" -O2 -Wall -Wextra -Werror -static -o "$BATS_FILE_TMPDIR/act-$1" "$BATS_TEST_DIRNAME/guest/act.c"
}

# vms DIR: the QEMUs that have a file open below DIR
vms() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		if [[ $(readlink "$exe") == */qemu-system-* ]] && tr '\0' ' ' <"${exe%exe}cmdline" | grep -qF "$1"; then
			echo "${exe//[!0-9]/}"
		fi
	done
}
