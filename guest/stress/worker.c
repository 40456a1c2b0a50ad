// SPDX-License-Identifier: GPL-2.0
/* One process: a few threads at the same memory, each with its own sequence of operations. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stress.h"

static struct process *process;

static void doing(struct thread *t, const char *what)
{
	__atomic_store_n(&t->slot->since_ms, now_ms(), __ATOMIC_RELAXED);
	__atomic_store_n(&t->slot->doing, what, __ATOMIC_RELAXED);
}

void run_op(struct thread *t, const struct op *op, struct range *r)
{
	unsigned int i = t->done++ % HISTORY;

	t->history[i].name = op->name;
	t->history[i].region = r->region - t->process->region;
	t->history[i].page = r->first;
	t->history[i].pages = r->pages;
	t->history[i].error = 0;
	t->slot->at = address(r);
	t->slot->pages = r->pages;
	doing(t, op->name);
	t->history[i].error = op->run(t, r);
	count(&shared->operations, 1);
	if (t->history[i].error)
		count(&shared->refused, 1);
	doing(t, "the next");
}

/* By weight. */
const struct op *pick_op(struct prng *rng, const struct op *ops)
{
	const struct op *op;
	unsigned int sum = 0, n;

	for (op = ops; op->name; op++)
		if (op_wanted(op))
			sum += op->weight;
	n = pick(rng, sum);
	for (op = ops; op->name; op++) {
		if (!op_wanted(op))
			continue;
		if (n < op->weight)
			break;
		n -= op->weight;
	}
	return op;
}

struct range part_of(struct prng *rng, const struct range *r)
{
	struct range part = *r;

	if (one_in(rng, 2))
		return part;
	part.first += pick(rng, r->pages);
	part.pages = 1 + pick(rng, r->first + r->pages - part.first);
	return part;
}

/* Often what a page table maps, or all of one, else anything. */
static struct range any_range(struct process *p, struct prng *rng)
{
	struct range r = { &p->region[pick(rng, REGIONS)], 0, REGION_PAGES };
	struct range whole = r;

	switch (pick(rng, 4)) {
	case 0:
		r.pages = 1 + pick(rng, 16);
		r.first = pick(rng, REGION_PAGES - r.pages);
		return r;
	case 1:
		r.pages = TABLE / PAGE;
		r.first = pick(rng, 2) * r.pages;
		return r;
	default:
		return part_of(rng, &whole);
	}
}

/* A few operations in a row on the same pages, which nobody else may change meanwhile: so that they meet. */
static void session(struct thread *t, const struct op *ops, bool planting)
{
	unsigned int i, n = 3 + pick(&t->rng, 8), first, blocks;
	struct range r = { &t->process->region[pick(&t->rng, REGIONS)], 0, 0 };

	blocks = one_in(&t->rng, 6) ? TABLE / PAGE / BLOCK_PAGES : 1 + pick(&t->rng, 2);
	first = pick(&t->rng, BLOCKS - blocks + 1);
	if (blocks > 2)
		first -= first % blocks;
	r.first = first * BLOCK_PAGES;
	r.pages = blocks * BLOCK_PAGES;

	doing(t, "taking locks");
	t->slot->waits = true;
	pthread_rwlock_rdlock(&r.region->where);
	for (i = first; i < first + blocks; i++)
		pthread_mutex_lock(&r.region->block[i]);
	t->slot->waits = false;
	if (planting) {
		content_check(t, &r, "the CPU");
		plant(t, &r);
		content_check(t, &r, "the CPU");
	}
	for (i = 0; i < n && !stopped(); i++) {
		struct range part = part_of(&t->rng, &r);

		run_op(t, pick_op(&t->rng, ops), &part);
	}
	if (one_in(&t->rng, 2)) {
		doing(t, "checking");
		content_check(t, &r, "the CPU");
	}
	for (i = first; i < first + blocks; i++)
		pthread_mutex_unlock(&r.region->block[i]);
	pthread_rwlock_unlock(&r.region->where);
}

static void sessions(struct thread *t, unsigned int most)
{
	const struct op *locked = t->number == THREADS - 1 ? writer_ops : locked_ops;
	bool planting = settings.plant && !t->number && !t->process->number && !t->process->life;
	unsigned int n;

	for (n = 0; n < most && !stopped(); n++) {
		/* Whatever came out of the last one, the next begins from the seed alone. */
		t->rng = prng_of(settings.seed, (uint64_t)t->process->number << 32 | t->process->life, t->number, n);
		if (locked == locked_ops && one_in(&t->rng, 3) && !planting) {
			struct range r = any_range(t->process, &t->rng);

			run_op(t, pick_op(&t->rng, loose_ops), &r);
		} else {
			session(t, locked, planting);
			planting = false;
		}
	}
	doing(t, "waiting for a child");
	child_wait(t);
}

static void *run(void *thread)
{
	sessions(thread, ~0U);
	return NULL;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	count(&shared->died, 1);
	say("died: process %u life %u, signal %d at %p", process->number, process->life, sig, info->si_addr);
	_exit(3);
}

static void *map(unsigned long size, int prot)
{
	void *p = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		die("no memory: %m");
	return p;
}

static void make_regions(struct process *p)
{
	pthread_rwlockattr_t attr;
	unsigned int i, j;

	p->arena = map(SLOTS * SLOT_SIZE + TABLE, PROT_NONE);
	p->arena = (char *)(((uintptr_t)p->arena + TABLE - 1) & ~(TABLE - 1));
	pthread_mutex_init(&p->slots, NULL);
	pthread_mutex_init(&p->soft_dirty, NULL);
	pthread_rwlockattr_init(&attr);
	/* Or moving a region would wait for ever: there is always somebody who reads where it is. */
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	for (i = 0; i < REGIONS; i++) {
		struct region *region = &p->region[i];

		region->slot = i;
		p->slot_taken[i] = true;
		region->addr = p->arena + i * SLOT_SIZE;
		if (mprotect(region->addr, REGION_SIZE, PROT_READ | PROT_WRITE))
			die("no memory: %m");
		pthread_rwlock_init(&region->where, &attr);
		for (j = 0; j < BLOCKS; j++)
			pthread_mutex_init(&region->block[j], NULL);
	}
}

void worker(unsigned int number, unsigned int life)
{
	struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	struct prng rng = prng_of(settings.seed, number, life, ~0ULL);
	struct process *p = map(sizeof(*p), PROT_READ | PROT_WRITE);
	unsigned int i;

	process = p;
	p->number = number;
	p->life = life;
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	make_regions(p);
	device_open(p);
	marks_start(p);
	for (i = 0; i < THREADS; i++) {
		struct thread *t = &p->thread[i];

		t->process = p;
		t->number = i;
		t->slot = &shared->slot[number][i];
		t->buffer = map(REGION_SIZE / 2, PROT_READ | PROT_WRITE);
		if (pipe(t->pipe))
			die("pipe: %m");
	}
	for (i = 0; i < THREADS; i++)
		shared->slot[number][i] = (struct slot){ .doing = "starting", .since_ms = now_ms(), .live = true };
	for (i = 1; i < THREADS; i++)
		if (pthread_create(&p->thread[i].pthread, NULL, run, &p->thread[i]))
			die("no thread: %m");
	sessions(&p->thread[0], 5 + pick(&rng, 120));
	if (!stopped()) {
		doing(&p->thread[0], "ending its children");
		child_end_all(p);
		_exit(0); /* with the others in the middle of whatever they do */
	}
	for (i = 1; i < THREADS; i++)
		pthread_join(p->thread[i].pthread, NULL);
	doing(&p->thread[0], "the last check");
	for (i = 0; i < REGIONS; i++) {
		struct range all = { &p->region[i], 0, REGION_PAGES };

		content_check(&p->thread[0], &all, "the CPU, at the end");
	}
	_exit(0);
}
