// SPDX-License-Identifier: GPL-2.0
/* --plant=FAULT: does to a page what a bug would do, once, behind the back of what is known of it. It must be seen. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stress.h"

static void byte(char *at, uint64_t value)
{
	(void)value;
	at[1234] ^= 0x10;
}

static void zap(char *at, uint64_t value)
{
	(void)value;
	madvise(at, PAGE, MADV_DONTNEED);
}

/* The page is to be zeroes, and still holds what it did. */
static void stale(char *at, uint64_t value)
{
	content_fill(at, value);
}

static void torn(char *at, uint64_t value)
{
	(void)value;
	memset(at + PAGE / 2, 0, PAGE / 2);
}

/* Whoever waits for a page fault without end looks like this. */
static void hang(char *at, uint64_t value)
{
	(void)at;
	(void)value;
	for (;;)
		pause();
}

static const struct {
	const char *name;
	void (*run)(char *at, uint64_t value);
	bool freed;	/* it may be gone, as a whole */
	bool discarded;
} faults[] = {
	{ "byte", byte, false, false },
	{ "zap", zap, false, false },
	{ "stale", stale, false, true },
	{ "torn", torn, true, false },
	{ "hang", hang, false, false },
};

bool plant_known(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (!strcmp(faults[i].name, name))
			return true;
	return false;
}

/* The range is locked; its last page is taken. */
void plant(struct thread *t, const struct range *r)
{
	struct range page = { r->region, r->first + r->pages - 1, 1 };
	uint64_t value;
	unsigned int i;

	content_write(t, &page, 1, false);
	value = r->region->page[page.first].value;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (strcmp(faults[i].name, settings.plant))
			continue;
		if (faults[i].freed)
			content_set_freed(&page);
		if (faults[i].discarded)
			content_set_zero(&page);
		say("planted: %s, region %ld page %u", settings.plant, (long)(r->region - t->process->region),
		    page.first);
		faults[i].run(address(&page), value);
	}
}
