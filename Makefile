# The verbs. Each is one step under lab/, or a few in a row; `make help` lists them.
export TREE    ?= 7.3
export ARCH    ?= x86_64
export VARIANT ?= queue
export CONFIG  ?= slim
export POSTING FROM SIGNOFF V PREV MINUTES SEED WITHOUT OPERATIONS WHAT BOOTS ROUNDS
export EXEC SMP MEM DISK QEMU_EXTRA TIMEOUT ACCEL CPU KSRC DEBIAN_MIRROR DEBIAN_SECURITY_MIRROR

MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.PHONY: help doctor deps run test check mutants prefixes coverage bench stress faults image guest guest-run tree refresh send vng clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#: //p' $(firstword $(MAKEFILE_LIST))

#: make deps      install the tools that are missing (apt; sudo when not root)
deps:
	@lab/deps

#: make doctor    tools, accelerator, disk and cache: what is there and what is not
doctor:
	@lab/doctor

#: make run       boot TREE without and with its queue, run the hmm selftests and KUnit in both, print one table
run:
	@lab/run

#: make test      what must pass before a change lands: the suites on all trees, the mutants that prove them, the lab's own
#:                tests. (Who changes a patch runs make check, too)
test:
	@lab/test

#: make check     each patch of TREE by itself: does it build without new warnings, what do checkpatch, sparse, coccicheck
#:                and others say, is what it says true? One line a patch. POSTING=<posting> checks that one alone,
#:                FROM=<posting>/<number> what stands from that patch on
check: export ARCH := $(if $(filter file,$(origin ARCH)),,$(ARCH))
check:
	@lab/deps check && lab/fetch && lab/check

#: make mutants   put one bug back at a time: is it seen by the tests that it names? MUTANTS="name..." or all
mutants:
	@lab/deps && lab/fetch && lab/parser && lab/mutants $(MUTANTS)

#: make prefixes  each fix with the patches before it and none behind it: do its tests pass? (for whoever bisects)
#:                PREFIXES="<posting>/<number>..." or all
prefixes:
	@lab/deps && lab/fetch && lab/parser && lab/prefixes $(PREFIXES)

#: make coverage  lines and branches of mm/migrate_device.c that the suites reach, those that they do not, and why
coverage:
	@lab/coverage

#: make bench     what a migration costs, base against queue; tables and plots go to results/
#:                (WHAT="shootdowns instructions times ioctl" or some of these; BOOTS= for all but the first, ROUNDS=8 for times)
bench:
	@lab/bench

#: make stress    random operations on memory that is migrated, on base and queue; each process checks its own data
#:                (MINUTES=10 SEED= VARIANT=..., for one alone; WITHOUT="ksm ..." leaves operations out)
stress:
	@$(if $(filter file,$(origin VARIANT)),,VARIANTS=$(VARIANT)) lab/stress

#: make faults    each memory allocation of a migration fails once, on base and queue: is anything lost, or left behind?
#:                (VARIANT=... for one alone; OPERATIONS="fork ..." does these only)
faults: export CONFIG := $(if $(filter file,$(origin CONFIG)),debug,$(CONFIG))
faults:
	@$(if $(filter file,$(origin VARIANT)),,VARIANTS=$(VARIANT)) lab/faults

#: make image     build TREE ARCH VARIANT CONFIG; the last line of output is the image's path
image:
	@lab/deps && lab/fetch && lab/tree && lab/image

#: make guest     boot that image and run EXEC="prog args" in it (SMP=2 MEM=2G DISK=64M QEMU_EXTRA= TIMEOUT=300);
#:                its stdout, and its exit status (3: the kernel complained, 4: the VM was lost, 5: time-out)
# make itself ends with 2 whatever failed: a function loaded into it ends it with the program's own status instead.
status := build/guest.status.$(shell echo $$PPID)
guest: guest-run
	@$(eval load build/exit_with.so)$(exit-with $(file <$(status))$(shell rm -f $(status)))
guest-run: build/exit_with.so
	@s=0; { lab/guest check && $(MAKE) image >/dev/null && lab/guest; } || s=$$?; echo $$s >$(status)

# Into place by a rename: another make may have it loaded.
build/exit_with.so: lab/exit_with.c
	@lab/deps && mkdir -p build && gcc -shared -fPIC -O2 -Wall -o $@.$$$$ $< && mv $@.$$$$ $@

#: make tree      an editable git tree with the queue as commits
tree:
	@lab/deps && lab/fetch && lab/tree edit

#: make refresh   write that tree's commits back as patch files
refresh:
	@lab/refresh

#: make send      show how POSTING of TREE would be sent: recipients, command, dry run (SIGNOFF="Name <address>" V=2 PREV=)
send:
	@lab/send check && lab/deps send && lab/fetch && VARIANT=queue lab/tree && lab/send

#: make vng       hmm-tests of TREE under virtme-ng
vng:
	@lab/deps vng && CONFIG=vng lab/fetch && lab/parser && CONFIG=vng lab/tree && CONFIG=vng lab/image >/dev/null && lab/vng

#: make clean     remove build/ but for trees that make tree made (the cache stays: see make doctor)
clean:
	@lab/clean
#:
#: TREE = 7.3 (default) | 6.12 | 6.1 | 6.1-seed | 5.10   ARCH = x86_64 (default) | arm64
#: VARIANT = queue (default) | base | mutant/<name> | upto/<posting>-<number of a patch>
#: CONFIG = slim (default) | kasan | kcsan | debug | gcov | bench | vng
#: HMM_TESTS="name..." KUNIT_TESTS="suite.case..." = these tests only, or none   COHERENT=1 = with coherent device memory
#: ACCEL = kvm | tcg   CPU = one of QEMU's models   (what is not set is found out)
#: KSRC = a kernel git checkout of your own, used instead of Debian's source
