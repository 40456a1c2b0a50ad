// SPDX-License-Identifier: GPL-2.0
/* What pages must hold, and whether they do. */
#include <stdio.h>
#include <string.h>

#include "stress.h"

#define WORDS (PAGE / sizeof(uint64_t))

static unsigned int bad_bytes(uint64_t difference)
{
	unsigned int n = 0;

	for (; difference; difference >>= 8)
		n += !!(difference & 0xff);
	return n;
}

/* How many bytes are not those of value, and which word is the first. */
static unsigned int compare(const char *at, uint64_t value, unsigned int *first)
{
	const volatile uint64_t *p = (const volatile uint64_t *)at;
	unsigned int i, bad = 0;

	for (i = 0; i < WORDS; i++) {
		uint64_t difference = p[i] ^ word(value, i);

		if (!difference)
			continue;
		if (!bad)
			*first = i;
		bad += bad_bytes(difference);
	}
	return bad;
}

void content_fill(void *to, uint64_t value)
{
	volatile uint64_t *p = to;
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		p[i] = word(value, i);
}

void content_set(struct page *page, uint64_t value)
{
	page->before = page->value;
	page->value = value;
	page->may_be_gone = false;
}

void content_set_zero(const struct range *r)
{
	unsigned int i;

	for (i = 0; i < r->pages; i++)
		content_set(&r->region->page[r->first + i], 0);
}

void content_set_freed(const struct range *r)
{
	unsigned int i;

	for (i = 0; i < r->pages; i++)
		r->region->page[r->first + i].may_be_gone = true;
}

/* Every so many pages of the range are written. Common values are few, so that KSM finds pages to merge. */
void content_write(struct thread *t, const struct range *r, unsigned int every, bool common)
{
	unsigned int i, n = 0;

	for (i = 0; i < r->pages; i += every, n++) {
		uint64_t value = prng_next(&t->rng);

		if (common)
			value = 0x1111111111111111ULL * (1 + value % 4);
		content_set(&r->region->page[r->first + i], value);
		content_fill(address(r) + i * PAGE, value);
	}
	count(&shared->written, n);
}

static void history(const struct thread *t)
{
	unsigned int i = t->done > HISTORY ? t->done - HISTORY : 0;
	char line[1200] = "";
	int len = 0;

	for (; i < t->done && len < (int)sizeof(line) - 80; i++)
		len += snprintf(line + len, sizeof(line) - len, " %s(%u:%u+%u)%s%s",
				t->history[i % HISTORY].name, t->history[i % HISTORY].region,
				t->history[i % HISTORY].page, t->history[i % HISTORY].pages,
				t->history[i % HISTORY].error ? "=" : "",
				t->history[i % HISTORY].error ? strerror(t->history[i % HISTORY].error) : "");
	say("    thread %u, last:%s", t->number, line);
}

static bool may_report(void)
{
	return __atomic_fetch_add(&shared->reports, 1, __ATOMIC_RELAXED) < MOST_REPORTS;
}

static void all_histories(const struct thread *t)
{
	unsigned int i;

	history(t);
	for (i = 0; i < THREADS; i++)
		if (i != t->number)
			history(&t->process->thread[i]); /* of one that runs: only nearly right */
}

static void lost(struct thread *t, const struct range *r, unsigned int i, const char *at, const char *by,
		 unsigned int bad, unsigned int first)
{
	const struct page *page = &r->region->page[r->first + i];
	const uint64_t *p = (const uint64_t *)at;
	const char *looks = "something else";
	unsigned int unused;

	count(&shared->lost_bytes, bad);
	if (!may_report())
		return;
	if (!compare(at, 0, &unused))
		looks = "zeroes";
	else if (page->before && !compare(at, page->before, &unused))
		looks = "what was there before";
	say("lost: %u bytes, process %u life %u thread %u, region %ld page %u at %p, seen by %s: "
	    "from byte %lu %016llx, expected %016llx%s; the page holds %s",
	    bad, t->process->number, t->process->life, t->number, (long)(r->region - t->process->region),
	    r->first + i, address(r) + i * PAGE, by, first * sizeof(uint64_t), (unsigned long long)p[first],
	    (unsigned long long)word(page->value, first), page->may_be_gone ? " or zeroes" : "", looks);
	all_histories(t);
}

/* 0, or how many bytes are wrong. What may be gone is either there or gone; and once gone it stays so. */
static unsigned int judge(struct page *page, const char *at, unsigned int *first, bool settles)
{
	unsigned int bad = compare(at, page->value, first), zero_first = 0, bad_zero;

	if (!bad || !page->may_be_gone)
		return bad;
	bad_zero = compare(at, 0, &zero_first);
	if (bad_zero >= bad)
		return bad;
	*first = zero_first;
	if (!bad_zero && settles)
		content_set(page, 0);
	return bad_zero;
}

void content_check(struct thread *t, const struct range *r, const char *by)
{
	unsigned int i, bad, first = 0;

	for (i = 0; i < r->pages; i++) {
		struct page *page = &r->region->page[r->first + i];
		char *at = address(r) + i * PAGE;

		bad = judge(page, at, &first, true);
		/* It may have gone while it was read; then it is gone now. */
		if (bad && page->may_be_gone)
			bad = judge(page, at, &first, true);
		if (!bad)
			continue;
		lost(t, r, i, at, by, bad, first);
		content_set(page, prng_next(&t->rng)); /* not to be reported again */
		content_fill(at, page->value);
	}
	count(&shared->checked, r->pages);
}

/* The same for a copy that somebody else made of the first pages. */
void content_check_copy(struct thread *t, const struct range *r, const char *copy, unsigned int pages,
			const char *by)
{
	unsigned int i, bad, first = 0;

	for (i = 0; i < pages && i < r->pages; i++) {
		bad = judge(&r->region->page[r->first + i], copy + i * PAGE, &first, false);
		if (bad)
			lost(t, r, i, copy + i * PAGE, by, bad, first);
	}
	count(&shared->checked, i);
}

/* A page has not kept what the kernel was told to remember about it. */
void lost_mark(struct thread *t, const struct range *r, unsigned int page, const char *what)
{
	count(&shared->lost_marks, 1);
	if (!may_report())
		return;
	say("lost: %s, process %u life %u thread %u, region %ld page %u at %p", what, t->process->number,
	    t->process->life, t->number, (long)(r->region - t->process->region), page,
	    address(r) + (page - r->first) * PAGE);
	all_histories(t);
}
