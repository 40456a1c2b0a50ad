#!/usr/bin/env bats
# lab/suite: what it has the guest run. Booting is replaced by a stand-in.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	image=build/image/9.1-x86_64-queue-slim
	mkdir -p "$image" build/guest/x86_64
	printf 'key=none\n' >"$image/meta"
	touch build/guest/x86_64/init build/guest/x86_64/gcov-dump
	printf '#!/bin/sh\n' | tee lab/boot >bin-make
	chmod +x lab/boot bin-make
	# The guest's programs are there already.
	mkdir bin
	mv bin-make bin/make
	PATH=$box/bin:$PATH
}

hmm_job() { grep -P '^hmm-tests\t' build/boot/9.1-x86_64-queue-slim/jobs | cut -f 4; }

@test "the benchmark is left out on an emulator, unless it is asked for" {
	ACCEL=tcg run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -T benchmark_thp_migration' ]
	ACCEL=kvm run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests' ]
	ACCEL=kvm ICOUNT=0 run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -T benchmark_thp_migration' ]
	# The harness goes by the first option that names a test.
	ACCEL=tcg HMM_TESTS=benchmark_thp_migration run -0 lab/suite
	[[ $(hmm_job) == '/tests/hmm-tests -t benchmark_thp_migration '* ]]
}

@test "only what is named is run" {
	ACCEL=kvm HMM_TESTS='one two' KUNIT_TESTS=none run -0 lab/suite
	[ "$(hmm_job)" = '/tests/hmm-tests -t one -t two' ]
	run ! grep -q '^kunit' build/boot/9.1-x86_64-queue-slim/jobs
	ACCEL=kvm HMM_TESTS=none run -0 lab/suite
	[ "$(cat build/boot/9.1-x86_64-queue-slim/jobs)" = $'kunit\tconsole\t0\t-' ]
}

@test "an image that is not there" {
	rm -r "$image"
	refused 'suite: 9.1-x86_64-queue-slim is not built yet: lab/image comes before lab/suite' lab/suite
}
