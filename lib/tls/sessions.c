#include "tls/sessions.h"
#include "base/hash.h"
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

struct place {
	_Atomic uint32_t version; /* odd: somebody writes */
	_Atomic int64_t until_s;  /* 0: empty */
	struct sessions_entry entry;
};

struct sessions {
	uint64_t key[2];
	struct place place[SESSIONS_SETS][SESSIONS_WAYS];
};

struct sessions *
sessions_new(const unsigned char key[16])
{
	struct sessions *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	memcpy(s->key, key, sizeof s->key);
	return s;
}

void
sessions_free(struct sessions *s)
{
	if (s != NULL)
		munmap(s, sizeof *s);
}

static uint64_t
keyed(const struct sessions *s, const void *p, size_t n)
{
	uint64_t h = hash_bytes(s->key[0], p, n);

	return hash_bytes(s->key[1], &h, sizeof h);
}

uint64_t
sessions_name(const struct sessions *s, const char *name)
{
	return keyed(s, name, strlen(name));
}

static size_t
set_of(const struct sessions *s, const unsigned char *net, size_t n)
{
	return keyed(s, net, n) % SESSIONS_SETS;
}

/* the one that ends first and that nobody writes; NULL: all are written */
static struct place *
oldest(struct place *set, uint32_t *version)
{
	struct place *best = NULL;
	int64_t until, least = INT64_MAX;
	uint32_t v;
	size_t i;

	for (i = 0; i < SESSIONS_WAYS; i++) {
		v = atomic_load_explicit(&set[i].version, memory_order_relaxed);
		until =
		    atomic_load_explicit(&set[i].until_s, memory_order_relaxed);
		if ((v & 1) || until >= least)
			continue;
		best = &set[i];
		*version = v;
		least = until;
	}
	return best;
}

/* who comes too late, because another one writes there, keeps none: his client
 * makes a full handshake once more */
void
sessions_put(struct sessions *s, const unsigned char *net, size_t net_len,
    const struct sessions_entry *e, int64_t now_s)
{
	uint32_t v;
	struct place *p = oldest(s->place[set_of(s, net, net_len)], &v);

	if (p == NULL ||
	    !atomic_compare_exchange_strong_explicit(&p->version, &v, v + 1,
		memory_order_acquire, memory_order_relaxed))
		return;
	atomic_thread_fence(memory_order_release);
	memcpy(&p->entry, e, sizeof *e);
	atomic_store_explicit(&p->until_s, now_s + SESSIONS_S,
	    memory_order_relaxed);
	atomic_store_explicit(&p->version, v + 2, memory_order_release);
}

/* a place as it was at one moment; 0: it was written meanwhile */
static int
snapshot(const struct place *p, struct sessions_entry *e, int64_t *until_s)
{
	uint32_t v = atomic_load_explicit(&p->version, memory_order_acquire);

	if (v & 1)
		return 0;
	memcpy(e, &p->entry, sizeof *e);
	*until_s = atomic_load_explicit(&p->until_s, memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	return v == atomic_load_explicit(&p->version, memory_order_relaxed);
}

int
sessions_get(const struct sessions *s, const unsigned char *net, size_t net_len,
    const unsigned char id[32], struct sessions_entry *e, int64_t now_s)
{
	const struct place *set = s->place[set_of(s, net, net_len)];
	int64_t until_s;
	size_t i;

	for (i = 0; i < SESSIONS_WAYS; i++)
		if (snapshot(&set[i], e, &until_s) &&
		    memcmp(e->id, id, sizeof e->id) == 0)
			return until_s > now_s;
	return 0;
}
