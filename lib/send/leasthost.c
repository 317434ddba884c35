#include "send/leasthost.h"
#include "send/hostlist.h"
#include <string.h>

struct word {
	char *p;
	size_t len, name_len;
	unsigned host;        /* the first word of the same name */
	unsigned open;        /* connections to this address */
	unsigned dead, other; /* passed over; not the host's first family */
};

/* of NAME/PORT/IP: is it IPv6? */
static int
is_six(const struct word *w)
{
	return memchr(w->p, ':', w->len) != NULL;
}

static int
same_name(const struct word *a, const struct word *b)
{
	return a->name_len == b->name_len &&
	    memcmp(a->p, b->p, a->name_len) == 0;
}

/* the words of the best tier; how many there are */
static unsigned
read_words(const struct sendslot *s, struct sendtxn *t, struct deadhost *dead,
    int64_t now_ms, struct word *w)
{
	unsigned n = 0, i;
	int64_t until;
	char *p;

	for (p = t->mx + strspn(t->mx, " "); *p != '\0' && n < LEASTHOST_WORDS;
	     p += w[n - 1].len, p += strspn(p, " ")) {
		if (t->tiers != NULL && t->tiers[n] > t->tiers[0])
			break;
		memset(&w[n], 0, sizeof *w);
		w[n].p = p;
		w[n].len = strcspn(p, " ");
		w[n].name_len = strcspn(p, "/");
		w[n].dead = sendhost_dead(p, w[n].len, &s->site, dead, now_ms,
				&until) != NULL;
		for (i = 0; !same_name(&w[i], &w[n]); i++)
			;
		w[n].host = i;
		w[n].other = is_six(&w[i]) != is_six(&w[n]);
		n++;
	}
	return n;
}

/* the word that a connection goes to, or tries */
static const char *
word_of(const struct sendplace *place)
{
	const char *ip = place->conn.host.ip;

	return ip == NULL ? NULL : ip + strlen(ip) + 1;
}

/* which of them are open; by name and not by address for the host */
static void
count(const struct sendslot *s, struct word *w, unsigned n, unsigned *hosts)
{
	const struct list_node *at = s->all_conns.last;
	unsigned i, k;
	const char *have;

	for (k = 0; at != NULL && k < LEASTHOST_CONNS; k++, at = at->prev) {
		have = word_of(LIST_OF((struct list_node *)at, struct sendplace,
		    conns));
		if (have == NULL)
			continue;
		for (i = 0; i < n; i++)
			if (strlen(have) == w[i].len &&
			    memcmp(have, w[i].p, w[i].len) == 0) {
				w[i].open++;
				hosts[w[i].host]++;
				break;
			}
	}
}

void
leasthost_first(const struct sendslot *s, struct sendtxn *t,
    struct deadhost *dead, int64_t now_ms)
{
	struct word w[LEASTHOST_WORDS];
	unsigned hosts[LEASTHOST_WORDS] = { 0 }, n, i, best;

	if (t->doubt_host != NULL || strchr(t->mx, ' ') == NULL)
		return;
	n = read_words(s, t, dead, now_ms, w);
	best = n;
	count(s, w, n, hosts);
	for (i = 0; i < n; i++)
		if (!w[i].dead && !w[i].other &&
		    (best == n || hosts[w[i].host] < hosts[w[best].host] ||
			(w[i].host == w[best].host &&
			    w[i].open < w[best].open)))
			best = i;
	if (best < n && best > 0)
		hostlist_up(t->mx, t->tiers, w[0].p, w[best].p, w[best].len);
}
