// SPDX-License-Identifier: GPL-2.0
/* Operations on pages that other threads may be at: migrated, reclaimed, pinned or moved, they keep what they hold. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define PIN_PAGES 16U	/* what a pipe takes, if it is not asked to take more */

int loose_pageout(struct thread *t, struct range *r)
{
	(void)t;
	return op_advise(r, MADV_PAGEOUT);
}

/* A read lock: advice given to a place where the region is no more would be given to a hole, or another region. */
int loose_huge(struct thread *t, struct range *r)
{
	int error;

	pthread_rwlock_rdlock(&r->region->where);
	error = op_advise(r, one_in(&t->rng, 3) ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
	pthread_rwlock_unlock(&r->region->where);
	return error;
}

static void unpin(struct thread *t, char *buffer)
{
	while (t->pinned) {
		ssize_t n = read(t->pipe[0], buffer, t->pinned * PAGE);

		if (n <= 0)
			die("a pipe with pinned pages: %m");
		t->pinned -= n / PAGE;
		buffer += n;
	}
}

static int pin(struct thread *t, const struct range *r)
{
	unsigned int pages = r->pages < PIN_PAGES ? r->pages : PIN_PAGES;
	struct iovec v = { address(r), pages * PAGE };
	ssize_t n = vmsplice(t->pipe[1], &v, 1, SPLICE_F_NONBLOCK);

	if (n < 0)
		return errno;
	t->pinned = n / PAGE;
	return 0;
}

/* The pages are held from here to the next time. */
int loose_pin(struct thread *t, struct range *r)
{
	unpin(t, t->buffer);
	return pin(t, r);
}

/* Pages that somebody holds a reference of stay where they are, and the reference stays good. */
int pin_checked(struct thread *t, struct range *r)
{
	unsigned int pages;
	int error;

	unpin(t, t->buffer);
	error = pin(t, r);
	if (error)
		return error;
	pages = t->pinned;
	device_to_dev_checked(t, r);
	op_advise(r, MADV_PAGEOUT);
	unpin(t, t->buffer);
	content_check_copy(t, r, t->buffer, pages, "a pipe that had pinned it");
	return 0;
}

/* The whole region goes to another slot, or to another place in its own. */
int loose_move(struct thread *t, struct range *r)
{
	struct process *p = t->process;
	struct region *region = r->region;
	int slot = pick(&t->rng, SLOTS);
	unsigned long shift = one_in(&t->rng, 2) ? 0 : pick(&t->rng, TABLE / PAGE) * PAGE;
	char *to = p->arena + slot * SLOT_SIZE + shift;
	int error = 0;

	pthread_mutex_lock(&p->slots);
	while (p->slot_taken[slot])
		slot = (slot + 1) % SLOTS;
	p->slot_taken[slot] = true;
	pthread_mutex_unlock(&p->slots);
	to = p->arena + slot * SLOT_SIZE + shift;

	pthread_rwlock_wrlock(&region->where);
	/* Trees before v6.17 refuse what consists of several mappings. */
	if (mremap(region->addr, REGION_SIZE, REGION_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) {
		error = errno;
		/* Newer ones may have moved some of them when they fail: then nobody knows where things are. */
		if (mincore(region->addr, REGION_SIZE, (unsigned char *)t->buffer) && errno == ENOMEM)
			die("mremap moved a part: %s", strerror(error));
	} else {
		int old = region->slot;

		mmap(region->addr, REGION_SIZE, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
		region->slot = slot;
		slot = old;
		__atomic_store_n(&region->addr, to, __ATOMIC_RELAXED);
	}
	pthread_rwlock_unlock(&region->where);

	pthread_mutex_lock(&p->slots);
	p->slot_taken[slot] = false;
	pthread_mutex_unlock(&p->slots);
	return error;
}

int loose_clear_refs(struct thread *t, struct range *r)
{
	int error;

	(void)r;
	pthread_mutex_lock(&t->process->soft_dirty);
	error = marks_clear_soft_dirty();
	pthread_mutex_unlock(&t->process->soft_dirty);
	return error;
}

static void remote(struct thread *t, struct range *r)
{
	unsigned int i;

	for (i = 0; i < 8 && !stopped(); i++)
		device_to_dev(t, r);
}

/* Another process has the file, which mirrors ours: it migrates our pages, perhaps while we exit. */
int loose_remote(struct thread *t, struct range *r)
{
	return child_run(t, r, remote);
}
