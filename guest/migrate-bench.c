// SPDX-License-Identifier: GPL-2.0
/*
 * How long the ioctl takes that moves pages to the test_hmm device: migrate-bench PAGES THREADS ROUNDS
 * THREADS other threads of the process spin meanwhile, so that their CPUs have to be told of each TLB flush.
 * Prints "pages=... threads=... rounds=... min_ns=... median_ns=..."; with QEMU's -icount a nanosecond is an
 * instruction. Exit status: 0, 1 when something failed, 2 for bad arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "dmirror.h"


#define MOST_ROUNDS 1000
#define MOST_THREADS 64
#define TABLE (1UL << 21) /* what a page table maps, with pages of 4 kB */

static volatile int ready;

static void die(const char *what)
{
	fprintf(stderr, "migrate-bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *spin(void *arg)
{
	(void)arg;
	__atomic_fetch_add(&ready, 1, __ATOMIC_RELEASE);
	for (;;)
		;
	return NULL;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static unsigned long number(const char *text, unsigned long least, unsigned long most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end || n < least || n > most) {
		fprintf(stderr, "migrate-bench: %s is not a number from %lu to %lu\n", text, least, most);
		exit(2);
	}
	return n;
}

/* One round, timed: the pages are in memory, exclusive and dirty, and go to the device. */
static uint64_t migrate(int fd, char *start, char *mirror, size_t size, size_t page)
{
	struct dmirror_cmd cmd = { .addr = (uintptr_t)start, .ptr = (uintptr_t)mirror, .npages = size / page };
	uint64_t begin;

	memset(start, 1, size); /* also gets them back from the device */
	begin = now();
	if (ioctl(fd, DMIRROR_TO_DEV, &cmd))
		die("the migration failed");
	begin = now() - begin;
	if (cmd.cpages != cmd.npages) {
		fprintf(stderr, "migrate-bench: %lu of %lu pages migrated\n",
			(unsigned long)cmd.cpages, (unsigned long)cmd.npages);
		exit(1);
	}
	return begin;
}

int main(int argc, char **argv)
{
	static uint64_t took[MOST_ROUNDS];
	unsigned long pages, threads, rounds, i;
	size_t page = sysconf(_SC_PAGESIZE), size;
	char *map, *mirror, *start;
	pthread_t thread;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: migrate-bench PAGES THREADS ROUNDS\n");
		return 2;
	}
	pages = number(argv[1], 1, 1UL << 20);
	threads = number(argv[2], 0, MOST_THREADS);
	rounds = number(argv[3], 1, MOST_ROUNDS);
	size = pages * page;

	fd = open("/dev/hmm_dmirror0", O_RDWR);
	if (fd < 0)
		die("/dev/hmm_dmirror0");
	map = mmap(NULL, size + TABLE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mirror = malloc(size);
	if (map == MAP_FAILED || !mirror)
		die("no memory");
	start = (char *)(((uintptr_t)map + TABLE - 1) & ~(TABLE - 1));
	if (madvise(start, size, MADV_NOHUGEPAGE) && errno != EINVAL)
		die("MADV_NOHUGEPAGE");
	memset(mirror, 0, size);

	for (i = 0; i < threads; i++)
		if ((errno = pthread_create(&thread, NULL, spin, NULL)))
			die("no thread");
	while (__atomic_load_n(&ready, __ATOMIC_ACQUIRE) < (int)threads)
		usleep(1000);

	migrate(fd, start, mirror, size, page); /* what happens only once */
	for (i = 0; i < rounds; i++)
		took[i] = migrate(fd, start, mirror, size, page);
	qsort(took, rounds, sizeof(took[0]), compare);
	printf("pages=%lu threads=%lu rounds=%lu min_ns=%llu median_ns=%llu\n", pages, threads, rounds,
	       (unsigned long long)took[0], (unsigned long long)took[rounds / 2]);
	return 0;
}
