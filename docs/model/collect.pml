/*
 * The collect loop of migrate_vma_setup() on one page, against everything that may happen to the page at the same
 * time: a process that writes to it through its TLB or discards it, GUP-fast that pins it, and reclaim. The page is
 * private anonymous memory, exclusive, clean, and has a copy on the swap device.
 *
 * Each step stands for what one CPU does to memory that others see. What only one CPU can see is not a step.
 *
 * Without a definition this is the queue's order. With one of these, one thing is wrong:
 *   FLUSH_AFTER_UNLOCK  the TLB is flushed when the page table lock is free already
 *   NO_FLUSH            it is not flushed at all
 *   DIRTY_READ_FIRST    the dirty bit is taken from a read of the PTE before it is cleared
 *   DIRTY_DROPPED       it is not carried over to the page
 *   NO_BARRIER          the pins are looked at before others see that the PTE is cleared
 *   RESTORE_CLEAN       a PTE that is put back because the page is pinned loses its dirty bit
 *   COPY_BEFORE_FLUSH   the page is copied before the TLB is flushed
 */
mtype = { present, cleared, migration, none };

mtype pte = present;		/* the page table entry, */
bool pte_dirty;			/* and its dirty bit */
bool ptl;			/* the page table lock */
bool folio_lock = true;		/* held by the migration from the start */
bool page_dirty;		/* PG_dirty */
bool exclusive = true;		/* PG_anon_exclusive */
byte refs;			/* references that GUP-fast has taken */
bool pinned;			/* ... and its caller was told so */
bool migrated;			/* the data is on the device, the page is free */

bool tlb_valid;			/* the process's CPU: a translation of the page, */
bool tlb_dirty;			/* which need not set the dirty bit any more */
bool in_store;			/* it is in the middle of an instruction */

byte stored;			/* what the process has stored last, */
byte page;			/* what is in the page, */
byte swap;			/* on the swap device, */
byte device;			/* in device memory */
bool discarded;			/* MADV_DONTNEED has returned */

inline lock(l) { atomic { !l -> l = true } }
inline unlock(l) { l = false }

/* Other CPUs take the interrupt between two instructions. */
inline flush() { atomic { !in_store -> tlb_valid = false; tlb_dirty = false } }

proctype migrate()
{
	bool dirty, restored;
	byte seen;

	lock(ptl);
	if
	:: pte != present -> unlock(ptl); unlock(folio_lock); goto out
	:: else
	fi;

#ifdef NO_BARRIER
	seen = refs;
#endif
#ifdef DIRTY_READ_FIRST
	dirty = pte_dirty;
	atomic { pte = cleared; pte_dirty = false };
#else
	atomic { dirty = pte_dirty; pte = cleared; pte_dirty = false };
#endif
#ifndef NO_BARRIER
	seen = refs;
#endif
	if
	:: seen > 0 ->		/* may be pinned: as it was before */
#ifdef RESTORE_CLEAN
		dirty = false;
#endif
		atomic { pte = present; pte_dirty = dirty };
		restored = true
	:: else ->
		assert(!pinned);	/* or the next fork() parts the process from its pin */
		exclusive = false;
#ifndef DIRTY_DROPPED
		if :: dirty -> page_dirty = true :: else fi;
#endif
		pte = migration
	fi;

#ifdef COPY_BEFORE_FLUSH
	device = page;
#endif
#if !defined(FLUSH_AFTER_UNLOCK) && !defined(NO_FLUSH)
	flush();
#endif
	unlock(ptl);
#ifdef FLUSH_AFTER_UNLOCK
	flush();
#endif
	if :: restored -> unlock(folio_lock); goto out :: else fi;

	if
	:: refs == 0 ->		/* copied, and the old page is freed */
#ifndef COPY_BEFORE_FLUSH
		device = page;
#endif
		migrated = true
	:: true ->		/* refused, as there are other references, or the driver has no memory */
		lock(ptl);
		if
		:: pte == migration -> atomic { exclusive = true; pte = present; pte_dirty = false }
		:: else		/* zapped */
		fi;
		unlock(ptl);
	fi;
	unlock(folio_lock);
out:
	skip
}

/* A process that stores twice, or discards the page in between and reads it again. */
proctype process()
{
	byte n;

	do
	:: n < 2 && !discarded ->
		/* One instruction: through the TLB, or by a page table walk; with hardware that sets the dirty bit. */
		atomic {
			if
			:: tlb_valid && tlb_dirty -> in_store = true
			:: !(tlb_valid && tlb_dirty) && pte == present ->
				pte_dirty = true; tlb_valid = true; tlb_dirty = true; in_store = true
			:: else -> tlb_valid = false; tlb_dirty = false	/* a page fault */
			fi
		};
		if
		:: in_store ->
			atomic {
				assert(!migrated);	/* the page belongs to somebody else */
				n++;
				page = n;
				stored = n;
				in_store = false
			}
		:: !in_store && migrated && pte == migration -> assert(device == stored); break
		:: !in_store && pte == none -> break
		:: !in_store && pte == present	/* try again */
		fi
	:: n < 2 && !discarded ->
		lock(ptl);
		if
		:: pte == present -> pte = none; flush()
		:: pte == migration -> pte = none	/* there is nothing to flush for it */
		:: else
		fi;
		unlock(ptl);
		discarded = true;
		/* What is read now must not be the old page. */
		assert(!tlb_valid);
		break
	:: n >= 2 || discarded -> break
	od
}

/*
 * GUP-fast, which takes no lock: a reference first, then it looks whether the PTE is still the same, and then whether the
 * page is exclusive. What it has pinned must neither be shared nor be given away.
 */
proctype pin()
{
	if
	:: pte == present ->
		refs++;
		if
		:: pte == present ->
			if
			:: atomic { exclusive -> assert(!migrated); pinned = true }
			:: atomic { !exclusive -> refs-- }
			fi
		:: pte != present -> refs--
		fi
	:: pte != present
	fi
}

proctype reclaim()
{
	bool dirty;

	lock(folio_lock);
	if :: migrated || refs > 0 -> goto out :: else fi;
	lock(ptl);
	if
	:: pte == present ->
		atomic { dirty = pte_dirty; pte = cleared; pte_dirty = false };
		if :: dirty -> page_dirty = true :: else fi;
		flush();
		pte = none;
		unlock(ptl);
		if :: page_dirty -> swap = page :: else fi;
		/* The page is dropped. What the process reads next comes from the swap device. */
		assert(discarded || swap == stored)
	:: else -> unlock(ptl)
	fi;
out:
	unlock(folio_lock)
}

init {
	/* The process has read the page before, or not. */
	if :: tlb_valid = true :: skip fi;
	atomic { run migrate(); run process(); run pin(); run reclaim() }
}
