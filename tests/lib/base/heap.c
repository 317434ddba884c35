#include "base/heap.h"
#include "tap.h"

enum { ITEMS = 300, NOWHERE = -1 };

/* items are numbers of keys; one knows where it stands */
struct keys {
	int key[ITEMS], place[ITEMS];
};

static int
before(const void *owner, const void *a, const void *b)
{
	const struct keys *k = owner;

	return k->key[*(const unsigned *)a] < k->key[*(const unsigned *)b];
}

static void
moved(void *owner, const void *item, size_t place)
{
	struct keys *k = owner;

	k->place[*(const unsigned *)item] = (int)place;
}

static const struct heap_kind kind = { sizeof(unsigned), before, moved };

static int
add(struct heap *h, struct keys *k, unsigned i, int key)
{
	k->key[i] = key;
	return heap_add(h, &kind, k, &i);
}

static void
take(struct heap *h, struct keys *k, unsigned i)
{
	heap_remove(h, &kind, k, k->place[i]);
	k->place[i] = NOWHERE;
}

/* does each item know its place, and come none before the one above it? */
static int
sound(const struct heap *h, const struct keys *k)
{
	size_t i;
	unsigned *e;

	for (i = 0; i < h->n; i++) {
		e = heap_item(h, &kind, i);
		if (k->place[*e] != (int)i ||
		    (i > 0 && before(k, e, heap_item(h, &kind, (i - 1) / 2))))
			return 0;
	}
	return 1;
}

/* all out, from the front: their keys, as text */
static const char *
drained(struct heap *h, struct keys *k)
{
	static char out[64];
	size_t len = 0;
	unsigned e;

	out[0] = '\0';
	while (h->n > 0) {
		e = *(unsigned *)heap_item(h, &kind, 0);
		len += snprintf(out + len, sizeof out - len, "%d", k->key[e]);
		take(h, k, e);
	}
	return out;
}

static void
orders(void)
{
	static const struct {
		const char *keys, *remove, *want; /* remove: by their order */
	} c[] = {
		{ "", "", "" },
		{ "5", "", "5" },
		{ "5", "0", "" },
		{ "12345", "", "12345" },
		{ "54321", "", "12345" },
		{ "3133", "", "1333" },
		{ "31415926", "", "11234569" },
		{ "31415926", "1", "1234569" },
		{ "31415926", "5", "1123456" },
		{ "31415926", "7", "1123459" },
		{ "31415926", "01234567", "" },
		/* the last takes the place of one below another branch */
		{ "1857923", "3", "123589" },
		{ "1", "0", "" },
	};
	size_t i;
	const char *p;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		struct heap h = { .n = 0 };
		struct keys k;
		int good = 1;

		for (p = c[i].keys; *p != '\0'; p++)
			good &= add(&h, &k, p - c[i].keys, *p - '0') == 0 &&
			    sound(&h, &k);
		for (p = c[i].remove; *p != '\0'; p++) {
			take(&h, &k, *p - '0');
			good &= sound(&h, &k);
		}
		ok(good, "sound after each step");
		is_str(drained(&h, &k), c[i].want, c[i].keys);
		heap_free(&h);
	}
}

static void
many(void)
{
	static struct keys k;
	struct heap h = { .n = 0 };
	uint64_t x = 1;
	int good = 1, was = -1;
	unsigned i, e;

	is_num(heap_reserve(&h, &kind, HEAP_FIRST + 1), 0, "room is made");
	is_num(h.cap, 2 * HEAP_FIRST, "twice as much as at first");
	for (i = 0; i < ITEMS; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		good &= add(&h, &k, i, (int)(x >> 56)) == 0;
	}
	for (i = 0; i < ITEMS; i += 3)
		take(&h, &k, i);
	ok(good && sound(&h, &k), "many, a third of them taken from within");
	is_num(h.n, ITEMS - ITEMS / 3, "the others are there");
	for (; h.n > 0; was = k.key[e]) {
		e = *(unsigned *)heap_item(&h, &kind, 0);
		good &= k.key[e] >= was;
		take(&h, &k, e);
	}
	ok(good, "and come in their order");
	is_num(heap_reserve(&h, &kind, SIZE_MAX / 2), -1, "more than there is");
	ok(h.cap >= ITEMS && errno == ENOMEM, "fails, and changes nothing");
	heap_free(&h);
	ok(h.item == NULL && h.n == 0 && h.cap == 0, "freed: empty");
}

int
main(void)
{
	orders();
	many();
	return done();
}
