// SPDX-License-Identifier: GPL-2.0
/*
 * How long it takes to move memory to the device and back, and what other threads of the process feel of it. A line for
 * each round, so that whoever reads it can take percentiles.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define MOST_ROUNDS	1000
#define MORE_ROUNDS	5	/* times as many with at most one neighbour, which are quick */
#define QUIET_MS	20	/* how long the threads are watched with nothing going on */
#define WAIT_US		1000

enum kind {
	IDLE,	/* sleep */
	WORK,	/* are busy with something else */
	TOUCH,	/* read the memory that moves */
};

static const char *const kinds[] = { "idle", "work", "touch" };

struct neighbour {
	unsigned int cpu;
	enum kind kind;
	const struct range *range;
	pthread_t thread;
	/* Written by the thread, but for longest, which is set back to 0. All atomic. */
	uint64_t passes;
	uint64_t longest;	/* from one pass to the next, ns */
	bool ready;
} __attribute__((aligned(64)));

/* A test: layout.threads neighbours of this kind. */
struct test {
	struct layout layout;
	enum kind kind;
	unsigned long rounds;
};

static const struct test *current;

static void *neighbour(void *arg)
{
	struct neighbour *n = arg;
	uint64_t last, t;
	unsigned long page = 0;

	pin(n->cpu);
	__atomic_store_n(&n->ready, true, __ATOMIC_RELEASE);
	while (n->kind == IDLE)
		pause();
	for (last = now_ns();; last = t) {
		if (n->kind == TOUCH) {
			(void)*(volatile char *)(n->range->start + page * PAGE);
			page = (page + 1) % n->range->pages;
		}
		t = now_ns();
		if (t - last > __atomic_load_n(&n->longest, __ATOMIC_RELAXED))
			__atomic_store_n(&n->longest, t - last, __ATOMIC_RELAXED);
		__atomic_fetch_add(&n->passes, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static uint64_t passes(const struct neighbour all[], unsigned int n)
{
	uint64_t sum = 0;

	while (n--)
		sum += __atomic_load_n(&all[n].passes, __ATOMIC_RELAXED);
	return sum;
}

static uint64_t longest(const struct neighbour all[], unsigned int n)
{
	uint64_t most = 0, one;

	while (n--) {
		one = __atomic_load_n(&all[n].longest, __ATOMIC_RELAXED);
		if (one > most)
			most = one;
	}
	return most;
}

static void reset(struct neighbour all[], unsigned int n)
{
	while (n--)
		__atomic_store_n(&all[n].longest, 0, __ATOMIC_RELAXED);
}

/* A stall that is not over yet is not in longest: two passes later it is. */
static void wait_for_all(const struct neighbour all[], unsigned int n)
{
	uint64_t from[MOST_OTHERS];
	unsigned int i;

	for (i = 0; i < n; i++)
		from[i] = __atomic_load_n(&all[i].passes, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		while (all[i].kind != IDLE && __atomic_load_n(&all[i].passes, __ATOMIC_RELAXED) < from[i] + 2)
			usleep(WAIT_US);
}

static void round_of(struct range *r, struct neighbour all[], unsigned int n)
{
	uint64_t begin, to_device, back, quiet_ns, quiet_passes, quiet_stall, during, stall;

	memset(r->start, 1, r->pages * PAGE);	/* back, and there */
	wait_for_all(all, n);

	reset(all, n);
	begin = now_ns();
	quiet_passes = passes(all, n);
	usleep(QUIET_MS * 1000);
	quiet_passes = passes(all, n) - quiet_passes;
	quiet_ns = now_ns() - begin;
	quiet_stall = longest(all, n);

	reset(all, n);
	during = passes(all, n);
	begin = now_ns();
	range_to_device(r, r->pages);
	to_device = now_ns() - begin;
	during = passes(all, n) - during;
	wait_for_all(all, n);
	stall = longest(all, n);

	begin = now_ns();
	memset(r->start, 1, r->pages * PAGE);
	back = now_ns() - begin;
	printf("kind=%s threads=%u pages=%lu to_device_ns=%llu back_ns=%llu passes=%llu stall_ns=%llu quiet_ns=%llu quiet_passes=%llu quiet_stall_ns=%llu\n",
	       kinds[current->kind], n, r->pages, (unsigned long long)to_device, (unsigned long long)back,
	       (unsigned long long)during, (unsigned long long)stall, (unsigned long long)quiet_ns,
	       (unsigned long long)quiet_passes, (unsigned long long)quiet_stall);
}

static void measure(const struct layout *layout, void *arg)
{
	static struct neighbour all[MOST_OTHERS];
	struct range r;
	unsigned long i, rounds;

	(void)arg;
	pin(0);
	range_make(&r, layout);
	for (i = 0; i < layout->threads; i++) {
		all[i] = (struct neighbour){ .cpu = i + 1, .kind = current->kind, .range = &r };
		errno = pthread_create(&all[i].thread, NULL, neighbour, &all[i]);
		if (errno)
			die("no thread: %m");
	}
	for (i = 0; i < layout->threads; i++)
		while (!__atomic_load_n(&all[i].ready, __ATOMIC_ACQUIRE))
			usleep(WAIT_US);
	rounds = layout->threads > 1 ? current->rounds : MORE_ROUNDS * current->rounds;
	for (i = 0; i < rounds; i++)
		round_of(&r, all, layout->threads);
	fflush(stdout);
}

int times(int argc, char **argv)
{
	struct test test = { .layout = { .name = "times", .pages = 64, .stride = 1 } };
	(void)argc;
	test.rounds = number(argv[0], 1, MOST_ROUNDS);
	current = &test;
	test.layout.threads = 0;
	in_process(measure, &test.layout, NULL);
	/* 1, 3, 7 and so on, as far as there are CPUs for them. */
	for (test.kind = IDLE; test.kind <= TOUCH; test.kind++)
		for (test.layout.threads = 1; test.layout.threads < cpus(); test.layout.threads += test.layout.threads + 1)
			in_process(measure, &test.layout, NULL);
	/* As much as fits one call of the driver, where no CPU has to wait for another's turn. */
	test.layout.pages = TABLE_PAGES;
	test.kind = WORK;
	for (test.layout.threads = 0; test.layout.threads < 2; test.layout.threads++)
		in_process(measure, &test.layout, NULL);
	return 0;
}
