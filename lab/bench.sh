# shellcheck shell=bash
# What the parts of lab/bench share; sourced after lab/common.sh. Each makes its files in $scratch_dir, and publish()
# puts them into results/ when all are there.
results=${RESULTS:-$top/results}
mkdir -p "$build"
scratch "$build"

# in_guest ARGS...: guest/bench on VARIANT, each line of its output with more pairs before it: those in $tags
tags=''
in_guest() {
	step bench "$TREE $ARCH $VARIANT: bench $*"
	EXEC="\"$build/guest/$ARCH/bench\" $*" TIMEOUT=${TIMEOUT:-1800} "$lab/guest" >"$scratch_dir/out" 2>"$scratch_dir/err" || {
		cat "$scratch_dir/err" >&2
		die "bench $* failed on $TREE $ARCH $VARIANT"
	}
	sed "s/^/variant=$VARIANT${tags:+ $tags} /" "$scratch_dir/out"
}

# What other calls do is measured in kernels of their own, of CONFIG=bench: with zram, and with nodes that the kernel makes up.
make_yardsticks() { CONFIG=bench make_images base queue; }
# On the one CPU that counts instructions, 5.10's workqueues complain of a node without one.
yardsticks() { CONFIG=bench KERNEL_CMDLINE='numa=fake=2 workqueue.disable_numa=1' DISK=64M "$@" yardsticks; }

# facts PART ACCELERATOR SETTINGS...: what made a table, for the top of its page
facts() {
	local part=$1 accelerator=$2
	shift 2
	printf '    %s\n\n' "$ make bench WHAT=$part TREE=$TREE ARCH=$ARCH${*:+ $*}"
	printf 'Kernel %s, %s, CONFIG=%s, built with %s. %s with %s, on: %s.\n' \
		"$(value "$build/image/$(image_name)/meta" version)" "$ARCH" "$CONFIG" \
		"$(value "$build/image/$(image_name)/meta" compiler)" \
		"$("qemu-system-${ARCH/arm64/aarch64}" --version | sed -n '1s/ (.*//; 1s/ emulator version//p')" "$accelerator" \
		"$(grep -m1 -oP '(?<=model name\t: ).*' /proc/cpuinfo || uname -m), $(nproc) CPUs"
}

# accelerator: what a guest of these images gets
accelerator() { IMAGE=$build/image/$(image_name) "$lab/accel" | sed 's/ .*//; s/tcg/TCG/; s/kvm/KVM/'; }

# table FORMAT PART: $scratch_dir/raw as csv or markdown; what it says on stderr is a finding of its own
table() { jq -rn -R -L "$lab" --arg format "$1" -f "$lab/bench-$2.jq" <"$scratch_dir/raw"; }

# plot PART NAME: from $scratch_dir/csv
plot() {
	gnuplot -c "$lab/bench-$1.gnuplot" "$scratch_dir/csv" "$scratch_dir/svg" "$TREE $ARCH" >&2 || die "no plot of $2"
	[[ -s $scratch_dir/svg ]] || die "gnuplot has drawn nothing for $2"
}

# publish PART: the files md, csv and svg go to results/, and the first to stdout
publish() {
	local name kind
	name=$1-$TREE-$ARCH
	[[ $CONFIG == slim ]] || name+=-$CONFIG
	mkdir -p "$results"
	for kind in md csv svg; do
		[[ -s $scratch_dir/$kind ]] || die "no $kind of $name"
	done
	cat "$scratch_dir/md"
	for kind in md csv svg; do
		mv "$scratch_dir/$kind" "$results/.$name.$kind.$$"
		mv "$results/.$name.$kind.$$" "$results/$name.$kind"
	done
}
