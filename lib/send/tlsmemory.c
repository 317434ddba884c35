#include "send/tlsmemory.h"
#include <stdio.h>
#include <string.h>

/*
 * What is remembered: under may of an address, "WORD why"; above it of an
 * address and all that is demanded there, "WORD ESC why".
 */
enum { HASH = sizeof(uint64_t), KEY_ROOM = SENDHOST_KEY + HASH };

/* the table, and the key in it; 0: nothing is remembered of this host */
static struct deadhost *
memory(const struct sendconn *c, unsigned char key[KEY_ROOM], size_t *n)
{
	uint64_t hash;

	if (!sendhost_key(&c->host, c->site, key))
		return NULL;
	*n = SENDHOST_KEY;
	if (c->tls->host.word == SENDTLS_MAY)
		return &c->share->plain;
	hash = c->tls->host.hash;
	memcpy(key + SENDHOST_KEY, &hash, sizeof hash);
	*n = KEY_ROOM;
	return &c->share->bad;
}

const char *
tlsmemory_recall(struct sendconn *c, const char **word)
{
	unsigned char key[KEY_ROOM];
	const char *why = NULL;
	struct deadhost *d;
	size_t n;

	if ((d = memory(c, key, &n)) != NULL)
		why = deadhost_skip(d, key, n, clock_mono_ms());
	if (why == NULL)
		return NULL;
	n = strcspn(why, " ");
	*word = hosttls_result_word(why, n);
	return why + n + (why[n] == ' ');
}

void
tlsmemory_failed(struct sendconn *c, const char *word, const char *esc,
    const char *text)
{
	unsigned char key[KEY_ROOM];
	char why[DEADHOST_TEXT_MAX];
	struct deadhost *d;
	size_t n;

	if ((d = memory(c, key, &n)) == NULL)
		return;
	snprintf(why, sizeof why, "%s %s%.80s", word, esc, text);
	deadhost_failed(d, key, n, clock_mono_ms(), why);
}

void
tlsmemory_good(struct sendconn *c)
{
	struct sendconn_share *s = c->share;
	unsigned char key[KEY_ROOM];
	struct deadhost *d;
	size_t n;

	if (s->plain.e == NULL && s->bad.e == NULL)
		return;
	if ((d = memory(c, key, &n)) == NULL)
		return;
	deadhost_alive(d, key, n);
	deadhost_alive(&s->plain, key, SENDHOST_KEY);
}
