// SPDX-License-Identifier: GPL-2.0
/* The tables of operations, and those that are done to pages that the thread has locked. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "stress.h"

#ifndef MADV_COLD
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

int op_advise(struct range *r, int advice)
{
	return madvise(address(r), length(r), advice) ? errno : 0;
}

static int write_all(struct thread *t, struct range *r)
{
	content_write(t, r, 1, false);
	return 0;
}

static int write_some(struct thread *t, struct range *r)
{
	content_write(t, r, 2 + pick(&t->rng, 15), false);
	return 0;
}

static int check(struct thread *t, struct range *r)
{
	content_check(t, r, "the CPU");
	return 0;
}

static int discard(struct thread *t, struct range *r)
{
	int error = op_advise(r, MADV_DONTNEED);

	if (!error)
		content_set_zero(r);
	content_check(t, r, "the CPU, after MADV_DONTNEED");
	return error; /* EINVAL: mlocked */
}

/*
 * Not of pages that KSM has merged: who merges one with them later loses it with them (docs/findings.md), device or not.
 */
static int lazyfree(struct thread *t, struct range *r)
{
	int error = has & HAS_KSM ? op_advise(r, MADV_UNMERGEABLE) : 0;

	(void)t;
	if (error)
		return error;
	/* Of a range in two mappings it may have freed the first when it fails at the second. */
	content_set_freed(r);
	return op_advise(r, MADV_FREE);
}

/* What a migration has to keep: the dirty bit of pages that were written after MADV_FREE. */
static int lazyfree_write(struct thread *t, struct range *r)
{
	int error = lazyfree(t, r);

	content_write(t, r, 1 + pick(&t->rng, 3), false);
	return error;
}

static int pageout(struct thread *t, struct range *r)
{
	(void)t;
	return op_advise(r, MADV_PAGEOUT);
}

static int cold(struct thread *t, struct range *r)
{
	(void)t;
	return op_advise(r, MADV_COLD);
}

static int collapse(struct thread *t, struct range *r)
{
	(void)t;
	return op_advise(r, MADV_COLLAPSE);
}

static int huge(struct thread *t, struct range *r)
{
	return op_advise(r, one_in(&t->rng, 3) ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
}

static int protect(struct thread *t, struct range *r)
{
	int error = 0;

	if (mprotect(address(r), length(r), PROT_READ)) {
		error = errno; /* a part of it may be read only now */
	} else {
		error = device_to_dev_checked(t, r);
		content_check(t, r, "the CPU, read only");
		if (one_in(&t->rng, 2) && !mprotect(address(r), length(r), PROT_NONE))
			device_to_dev(t, r);
	}
	/* No memory for a page table or a VMA: whoever writes next would get a signal. */
	while (mprotect(address(r), length(r), PROT_READ | PROT_WRITE))
		if (errno != ENOMEM)
			die("mprotect: %m");
	return error;
}

static int lock(struct thread *t, struct range *r)
{
	int error;

	if (one_in(&t->rng, 3) ? mlock(address(r), length(r)) : mlock2(address(r), length(r), MLOCK_ONFAULT))
		error = errno;
	else
		error = device_to_dev_checked(t, r);
	/* Too many locked pages would leave nothing to reclaim. */
	munlock(address(r), length(r));
	return error;
}

static int merge(struct thread *t, struct range *r)
{
	content_write(t, r, 1, true);
	return op_advise(r, MADV_MERGEABLE);
}

static int unmerge(struct thread *t, struct range *r)
{
	(void)t;
	return op_advise(r, MADV_UNMERGEABLE);
}

/* The page tables go, too; in between there is a hole. */
static int renew(struct thread *t, struct range *r)
{
	if (one_in(&t->rng, 2) && munmap(address(r), length(r)))
		return errno;
	while (mmap(address(r), length(r), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
		if (errno != ENOMEM)
			die("mmap: %m");
	content_set_zero(r);
	content_check(t, r, "the CPU, after mmap");
	return 0;
}

#define ANYWHERE 0

const struct op locked_ops[] = {
	{ "write", write_all, 12, ANYWHERE },
	{ "write-some", write_some, 8, ANYWHERE },
	{ "check", check, 8, ANYWHERE },
	{ "discard", discard, 5, ANYWHERE },
	{ "lazyfree", lazyfree, 4, ANYWHERE },
	{ "lazyfree-write", lazyfree_write, 8, ANYWHERE },
	{ "to-dev", device_to_dev_checked, 14, HAS_DEVICE },
	{ "to-sys", device_to_sys, 6, HAS_TO_SYS },
	{ "dev-write", device_write, 4, HAS_DEVICE },
	{ "dev-read", device_read, 3, HAS_DEVICE },
	{ "exclusive", device_exclusive, 2, HAS_EXCLUSIVE },
	{ "pageout", pageout, 8, ANYWHERE },
	{ "cold", cold, 1, ANYWHERE },
	{ "collapse", collapse, 2, HAS_COLLAPSE },
	{ "huge", huge, 3, HAS_THP },
	{ "protect", protect, 4, ANYWHERE },
	{ "lock", lock, 2, ANYWHERE },
	{ "merge", merge, 3, HAS_KSM },
	{ "unmerge", unmerge, 1, HAS_KSM },
	{ "renew", renew, 2, ANYWHERE },
	{ "pin", pin_checked, 4, ANYWHERE },
	{ "uffd-wp", marks_wp, 4, HAS_UFFD_WP },
	{ "soft-dirty", marks_soft_dirty, 2, HAS_SOFT_DIRTY },
	{ "fork", child_fork, 4, ANYWHERE },
	{ }
};

/* What it finds in the page tables may be another thread's, and change any moment; what they hold stays as it is. */
const struct op loose_ops[] = {
	{ "any-to-dev", device_to_dev, 16, HAS_DEVICE },
	{ "any-to-sys", device_to_sys, 8, HAS_TO_SYS },
	{ "any-pageout", loose_pageout, 4, ANYWHERE },
	{ "any-pin", loose_pin, 4, ANYWHERE },
	{ "any-huge", loose_huge, 2, HAS_THP },
	{ "move", loose_move, 2, ANYWHERE },
	{ "clear-refs", loose_clear_refs, 1, HAS_SOFT_DIRTY },
	{ "remote-to-dev", loose_remote, 1, HAS_DEVICE },
	{ }
};

/* Those of a thread that does little else than write, while the others move its pages about. */
const struct op writer_ops[] = {
	{ "write", write_all, 16, ANYWHERE },
	{ "write-some", write_some, 8, ANYWHERE },
	{ "check", check, 8, ANYWHERE },
	{ "lazyfree-write", lazyfree_write, 2, ANYWHERE },
	{ "discard", discard, 2, ANYWHERE },
	{ }
};

/* Of what a forked child has to itself. */
const struct op child_ops[] = {
	{ "child-write", write_all, 4, ANYWHERE },
	{ "child-check", check, 4, ANYWHERE },
	{ "child-to-dev", device_to_dev_checked, 6, HAS_DEVICE },
	{ "child-to-sys", device_to_sys, 2, HAS_TO_SYS },
	{ "child-pageout", pageout, 2, ANYWHERE },
	{ "child-discard", discard, 1, ANYWHERE },
	{ "child-lazyfree", lazyfree_write, 1, ANYWHERE },
	{ "child-renew", renew, 1, ANYWHERE },
	{ }
};

bool op_known(const char *name)
{
	static const struct op *const tables[] = { locked_ops, loose_ops, child_ops };
	const struct op *op;
	unsigned int i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (op = tables[i]; op->name; op++)
			if (!strcmp(op->name, name))
				return true;
	return !strcmp(name, "ksm");
}

bool without(const char *name)
{
	unsigned int i;

	for (i = 0; i < settings.nwithout; i++)
		if (!strcmp(settings.without[i], name))
			return true;
	return false;
}

/* One that this kernel can do, and that was not left out. */
bool op_wanted(const struct op *op)
{
	return !(op->needs & ~has) && !without(op->name);
}
