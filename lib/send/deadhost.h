#ifndef SEND_DEADHOST_H
#define SEND_DEADHOST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Memory of hosts that could not be reached, so that not every message
 * waits for them anew.  A key (address, port and source) that has failed
 * is skipped for a while; then one attempt is let through as a probe, and
 * while it runs the others go on skipping.  Each further failure doubles
 * the time up to a maximum, success forgets the key.
 *
 * The table has a fixed size; when its bucket is full a key takes the
 * place of the one whose time ends first.  Forgetting is harmless: the
 * host is then tried.
 */
enum {
	DEADHOST_KEY_MAX = 64,
	DEADHOST_TEXT_MAX = 120,
	DEADHOST_BUCKETS = 256,
	DEADHOST_WAYS = 4
};

struct deadhost_entry {
	int64_t until_ms; /* 0: free */
	int64_t pause_ms;
	unsigned char key[DEADHOST_KEY_MAX];
	unsigned char key_len, probing;
	char text[DEADHOST_TEXT_MAX]; /* why, with NUL */
};

struct deadhost {
	struct deadhost_entry *e;           /* made at the first failure */
	int64_t first_ms, max_ms, probe_ms; /* set by the owner */
};

/*
 * deadhost_skip - is this host to be left out now?
 *
 * Returns why (valid until the next call), or NULL: go ahead.  The first
 * to get NULL after the time is over is the probe: it must report by
 * deadhost_failed() or deadhost_alive(), or within probe_ms the next
 * becomes the probe.
 */
const char *deadhost_skip(struct deadhost *, const void *key, size_t n,
    int64_t now_ms);
/* the same, and nobody becomes the probe; until_ms: set when it is */
const char *deadhost_look(struct deadhost *, const void *key, size_t n,
    int64_t now_ms, int64_t *until_ms);
void deadhost_failed(struct deadhost *, const void *key, size_t n,
    int64_t now_ms, const char *why);
void deadhost_alive(struct deadhost *, const void *key, size_t n);
/* forget all */
void deadhost_free(struct deadhost *);

#endif
