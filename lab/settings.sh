# shellcheck shell=bash
# Are the settings ones that there are? A line says what is wrong, and what there is. Sourced by lab/common.sh.

trees() { find "$top/queue" -mindepth 2 -maxdepth 2 -name base -printf '%h\n' | sed 's|.*/||' | sort -rV; }

check_tree() {
	[[ $TREE == [0-9]* && $TREE != */* && -f $top/queue/$TREE/base ]] ||
		die "no tree '$TREE': TREE is one of $(trees | paste -sd' ')"
}

check_arch() {
	case $ARCH in x86_64 | arm64) ;; *) die "no architecture '$ARCH': ARCH is x86_64 or arm64" ;; esac
	[[ $ARCH != x86_64 || $(uname -m) == x86_64 ]] || die "ARCH=x86_64 is built on x86_64 alone, and this machine is $(uname -m): ARCH=arm64"
}

# check_machine: the settings of the virtual machine, also for who builds a kernel first. NR_CPUS is in config/base.config.
check_machine() {
	[[ ${SMP:-2} =~ ^([1-9]|1[0-6])$ ]] || die "SMP=$SMP is not a number of CPUs from 1 to 16"
	[[ ${MEM:-2G} =~ ^[1-9][0-9]*[MG]$ ]] || die "MEM=$MEM is not a size like 2G"
	[[ ${DISK:-64M} =~ ^[1-9][0-9]*[KMG]$ ]] || die "DISK=$DISK is not a size like 64M"
	[[ ${ICOUNT:-0} =~ ^[0-9]$ ]] || die "ICOUNT=$ICOUNT is not a power of two from 0 to 9"
	case ${ACCEL:-} in '' | kvm | tcg) ;; *) die "ACCEL=$ACCEL: there are kvm and tcg" ;; esac
	case ${COHERENT:-} in '' | 1) ;; *) die "COHERENT=$COHERENT: it is 1, or not set" ;; esac
	[[ -z ${COHERENT:-} || $ARCH == x86_64 ]] || die "COHERENT=1 wants ARCH=x86_64: no other has memmap= to set memory aside"
}

# check_boots: how often base and queue are booted in turns
check_boots() {
	[[ $BOOTS =~ ^[1-9][0-9]?$ ]] || die "BOOTS=$BOOTS is not a number from 1 to 99"
}

# check_hmm_tests IMAGE: are those of HMM_TESTS in it?
check_hmm_tests() {
	local test
	[[ ${HMM_TESTS:-} != none ]] || return 0
	for test in ${HMM_TESTS:-}; do
		# In the program each name is a string of its own, or the end of one.
		[[ $test =~ ^[a-z0-9_]+$ ]] || die "HMM_TESTS: '$test' is no name of a test"
		grep -qaP "$test\x00" "$1/tests/hmm-tests" || die "HMM_TESTS: hmm-tests of $TREE has no test '$test'"
	done
}

# prefix_patch: the last patch of VARIANT=upto/..., but for its subject
prefix_patch() {
	local last=${VARIANT#upto/}
	printf '%s\n' "$top/queue/$TREE/${last%-*}/${last##*-}"
}

check_variant() {
	local m=$top/mutants/$TREE
	case $VARIANT in
	base | queue) ;;
	mutant/*/*) die "no variant '$VARIANT': a mutant's name has no slash" ;;
	mutant/?*)
		[[ -f $m/${VARIANT#mutant/}.patch ]] ||
			die "no mutant '${VARIANT#mutant/}': mutants/$TREE has $(all_mutants "$TREE" | paste -sd' ' | grep . || echo none)"
		;;
	upto/*/*) die "no variant '$VARIANT': it is upto/<posting>-<number of the patch>" ;;
	upto/*-[0-9][0-9][0-9][0-9])
		if [[ $VARIANT == *-0000 ]] || ! compgen -G "$(prefix_patch)-*.patch" >/dev/null; then
			die "no variant '$VARIANT': queue/$TREE has no such patch"
		fi
		;;
	*) die "no variant '$VARIANT': VARIANT is base, queue, mutant/<name> or upto/<posting>-<number of the patch>" ;;
	esac
}

check_config() {
	case $CONFIG in
	slim) return ;;
	kasan | kcsan | debug | gcov | bench | vng) ;;
	*) die "no config '$CONFIG': CONFIG is slim, kasan, kcsan, debug, gcov, bench or vng" ;;
	esac
	[[ $CONFIG-$TREE-${ARCH:-} != kcsan-5.10-arm64 ]] || die "CONFIG=kcsan: 5.10 has no KCSAN on arm64 (v5.17 brought it)"
	[[ $CONFIG-$TREE != debug-5.10 ]] || die "CONFIG=debug: 5.10 has no check of page tables (v5.17 brought it)"
	[[ -f $top/config/$CONFIG.config ]] || die "config/$CONFIG.config is not there"
}

check_all() { check_tree; check_arch; check_variant; check_config; }
