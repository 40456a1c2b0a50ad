// SPDX-License-Identifier: GPL-2.0
/*
 * A bug of mm/migrate_device.c (docs/findings.md): the first huge page of a memory cgroup, when it is one that a device put
 * into a hole, is charged to a cgroup that has no list for deferred splits. DEBUG_VM warns when it is split:
 *	make guest EXEC=build/guest/x86_64/hole-in-cgroup CONFIG=kasan
 * With "fault" as argument the huge page comes from a page fault, for comparison. Exit status: 0 when all was done (what
 * the kernel says is make guest's to see), 2 when it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "dmirror.h"

#define PAGE	4096UL
#define HUGE	(512 * PAGE)
#define GROUP	"/sys/fs/cgroup/hole"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

int main(int argc, char **argv)
{
	static char seen[HUGE];
	struct dmirror_cmd cmd = { .ptr = (uintptr_t)seen, .npages = HUGE / PAGE };
	int device = open("/dev/hmm_dmirror0", O_RDWR);
	char *mem = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (device < 0 || mem == MAP_FAILED)
		die("no device, or no memory");
	set("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	set("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	if (mkdir(GROUP, 0755))
		die(GROUP);
	set(GROUP "/cgroup.procs", "0");

	mem = (char *)(((uintptr_t)mem + HUGE - 1) & ~(HUGE - 1));
	if (madvise(mem, HUGE, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	if (argc > 1 && !strcmp(argv[1], "fault"))
		mem[0] = 1;
	cmd.addr = (uintptr_t)mem;
	if (ioctl(device, DMIRROR_TO_DEV, &cmd) || cmd.cpages != HUGE / PAGE)
		die("HMM_DMIRROR_MIGRATE_TO_DEV");
	if (ioctl(device, DMIRROR_TO_SYS, &cmd))
		die("HMM_DMIRROR_MIGRATE_TO_SYS");
	mem[PAGE] = 2;
	/* Of a part: it has to be split for that. */
	if (madvise(mem, 4 * PAGE, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	printf("page 1 holds %d, and should hold 2\n", mem[PAGE]);
	return 0;
}
