// SPDX-License-Identifier: GPL-2.0
/*
 * A bug of the test_hmm driver (docs/findings.md): memory that is discarded while it goes to the device stays in the
 * device's page table, and the device goes on with what was there before. Wants the queue's HMM_DMIRROR_HOLD (7.3):
 *	make guest EXEC=build/guest/x86_64/stale-mirror
 * Exit status: 0 when the device reads what was written last, 1 when it reads anything else, 2 when it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "die.h"
#include "dmirror.h"

#define PAGE		4096UL
#define PAGES		16
#define SIZE		(PAGES * PAGE)
#define HOLD		DMIRROR(0xd)
#define HELD		DMIRROR(0xe)
#define LET_GO		DMIRROR(0xf)
#define AFTER_SETUP	2
#define WAIT_MS		5000

static int device;
static char *mem, seen[SIZE];

static int command(unsigned long number, unsigned long pages, unsigned long *cpages)
{
	struct dmirror_cmd cmd = { .addr = (uintptr_t)mem, .ptr = (uintptr_t)seen, .npages = pages };
	int ret = ioctl(device, number, &cmd);

	if (cpages)
		*cpages = cmd.cpages;
	return ret;
}

static void *migrate(void *unused)
{
	/* What it returns is what it has read, and that is not asked here. */
	command(DMIRROR_TO_DEV, PAGES, NULL);
	return unused;
}

int main(void)
{
	unsigned long held = 0;
	pthread_t thread;
	int ms, i, stale = 0;

	device = open("/dev/hmm_dmirror0", O_RDWR);
	mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (device < 0 || mem == MAP_FAILED)
		die("no device, or no memory");
	madvise(mem, SIZE, MADV_NOHUGEPAGE);
	memset(mem, 'a', SIZE);

	if (command(HOLD, AFTER_SETUP, NULL))
		die("HMM_DMIRROR_HOLD");
	if (pthread_create(&thread, NULL, migrate, NULL))
		die("pthread_create");
	for (ms = 0; !held && ms < WAIT_MS; ms++) {
		if (command(HELD, 1, &held))
			die("HMM_DMIRROR_HELD");
		usleep(1000);
	}
	if (!held)
		die("no migration came by");
	if (madvise(mem, SIZE, MADV_DONTNEED))
		die("MADV_DONTNEED");
	if (command(LET_GO, 1, NULL))
		die("HMM_DMIRROR_LET_GO");
	pthread_join(thread, NULL);

	memset(mem, 'b', SIZE);
	if (command(DMIRROR_READ, PAGES, NULL))
		die("HMM_DMIRROR_READ");
	for (i = 0; i < PAGES; i++)
		stale += seen[i * PAGE] != 'b';
	printf("the device reads %d of %d pages as they were before they were discarded\n", stale, PAGES);
	return stale != 0;
}
