#include "queue/auditparts.h"
#include <stdlib.h>
#include <string.h>

struct audit_message *
audit_find(const struct audit *a, const char *id)
{
	struct hash_node *at;
	struct audit_message *m;

	for (at = hash_first(&a->messages, hash_bytes(0, id, NAME_LEN));
	     at != NULL; at = hash_again(at)) {
		m = (struct audit_message *)at;
		if (memcmp(m->id, id, NAME_LEN) == 0)
			return m;
	}
	return NULL;
}

struct audit_message *
audit_get(struct audit *a, const char *id)
{
	struct audit_message *m = audit_find(a, id);
	struct audit_chunk *c = a->chunks;

	if (m != NULL)
		return m;
	if (c == NULL || c->used == AUDIT_CHUNK) {
		c = calloc(1, sizeof *c);
		if (c == NULL)
			return NULL;
		c->next = a->chunks;
		a->chunks = c;
	}
	m = &c->message[c->used];
	memcpy(m->id, id, NAME_LEN);
	m->node.hash = hash_bytes(0, id, NAME_LEN);
	m->n = AUDIT_INLINE;
	if (hash_add(&a->messages, &m->node) == -1)
		return NULL;
	c->used++;
	return m;
}

int
audit_widen(struct audit_message *m, unsigned n)
{
	unsigned to = m->n;
	struct audit_fate *f;

	if (n < m->n)
		return 0;
	while (to <= n)
		to *= 2;
	f = m->n <= AUDIT_INLINE ? malloc(to * sizeof *f)
				 : realloc(m->fate.many, to * sizeof *f);
	if (f == NULL)
		return -1;
	if (m->n <= AUDIT_INLINE)
		memcpy(f, m->fate.few, m->n * sizeof *f);
	memset(f + m->n, 0, (to - m->n) * sizeof *f);
	m->n = to;
	m->fate.many = f;
	return 0;
}

unsigned
audit_end_of(enum message_state s)
{
	if (message_sent(s))
		return FATE_SENT;
	switch (s) {
	case MESSAGE_BOUNCED:
	case MESSAGE_BOUNCED_SAID: return FATE_BOUNCED;
	case MESSAGE_EXPIRED:
	case MESSAGE_EXPIRED_SAID: return FATE_EXPIRED;
	case MESSAGE_DELETED: return FATE_DELETED;
	default: return 0;
	}
}

int
audit_file(struct audit *a, const char *id, unsigned n, enum message_state s)
{
	struct audit_message *m = audit_get(a, id);
	struct audit_fate *f;

	if (m == NULL || audit_widen(m, n) == -1)
		return -1;
	f = &audit_fates(m)[n];
	if (audit_end_of(s) == 0) {
		f->flags |= FATE_IN_QUEUE;
		return 0;
	}
	f->flags |= FATE_OVER;
	f->flags &= ~FATE_IN_QUEUE;
	if ((f->flags & FATE_END) != 0)
		return 0;
	f->stops = audit_end_of(s);
	f->breaks = audit_breaks_at(a, id);
	f->more |= message_final(s) ? FATE_IN_FILE : FATE_OWED;
	return 0;
}

int
audit_aside(struct audit *a, const char *id)
{
	struct audit_message *m = audit_get(a, id);

	if (m == NULL)
		return -1;
	m->aside = 1;
	return 0;
}

void
audit_free(struct audit *a)
{
	struct audit_chunk *c;
	unsigned i;

	while ((c = a->chunks) != NULL) {
		a->chunks = c->next;
		for (i = 0; i < c->used; i++)
			if (c->message[i].n > AUDIT_INLINE)
				free(c->message[i].fate.many);
		free(c);
	}
	hash_free(&a->messages);
	audit_tenants_free(a);
	buf_free(&a->recent);
	buf_free(&a->gaps);
	buf_free(&a->went_on);
	buf_free(&a->open);
	memset(a, 0, sizeof *a);
}
