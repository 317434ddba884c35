#include "route/sourceaside.h"
#include "chain/event.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct source {
	struct hash_node node;
	struct slice name;          /* behind it */
	struct hostaddr address[2]; /* family 0: it has none */
	unsigned seen, lost;        /* bits of them */
	int64_t look_us, until_us;  /* until: that it was told of */
	char text[];
};

/* is it an address of this machine?  What cannot be known is taken for yes */
static int
is_here(const struct hostaddr *a)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	int fd, r;

	fd = socket(a->family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return 1;
	if (a->family == 4) {
		memcpy(&four.sin_addr, a->ip, 4);
		r = bind(fd, (struct sockaddr *)&four, sizeof four);
	} else {
		memcpy(&six.sin6_addr, a->ip, 16);
		r = bind(fd, (struct sockaddr *)&six, sizeof six);
	}
	r = r == 0 || errno != EADDRNOTAVAIL;
	close(fd);
	return r;
}

static void
tell(const struct source *s, const char *state, const char *text)
{
	char ip[IP_TEXT];
	unsigned i;

	event_begin("source");
	event_put("src", s->name.p, s->name.n);
	for (i = 0; i < 2; i++)
		if (s->address[i].family != 0) {
			hostaddr_text(&s->address[i], ip);
			event_puts(i == 0 ? "bind" : "bind6", ip);
		}
	event_puts("state", state);
	event_puts("text", text);
	event_end();
}

/* the addresses that it has */
static unsigned
has(const struct source *s)
{
	return (s->address[0].family != 0 ? SOURCEASIDE_IP : 0) |
	    (s->address[1].family != 0 ? SOURCEASIDE_IP6 : 0);
}

static void
look(const struct sourceaside *a, struct source *s, int64_t now_us)
{
	unsigned before = s->lost, here = 0, i;

	s->look_us = now_us + SOURCEASIDE_EVERY_US;
	for (i = 0; i < 2; i++)
		if (s->address[i].family != 0 &&
		    (a->is_here != NULL ? a->is_here : is_here)(&s->address[i]))
			here |= 1u << i;
	s->seen |= here;
	s->lost = s->seen & ~here;
	if (s->until_us != 0 && (here == has(s) || now_us >= s->until_us)) {
		s->until_us = 0;
		if (s->lost == 0)
			tell(s, "back",
			    here == has(s) ? "its addresses are here"
					   : "it is tried again");
	}
	if (s->until_us == 0 && (s->lost & ~before) != 0)
		tell(s, "aside",
		    "this machine does not have its address any more");
	else if (s->until_us == 0 && before != 0 && s->lost == 0)
		tell(s, "back", "its addresses are here");
}

static uint64_t
hash_of(const struct pools_source *x)
{
	uint64_t h = hash_bytes(0, x->name.p, x->name.n);

	h = hash_bytes(h, x->ip.p, x->ip.n);
	return hash_bytes(h, x->ip6.p, x->ip6.n);
}

static struct source *
make(struct sourceaside *a, const struct pools_source *x, uint64_t hash)
{
	struct source *s;

	if (a->sources.n >= SOURCEASIDE_MAX ||
	    (s = calloc(1, sizeof *s + x->name.n)) == NULL)
		return NULL;
	s->node.hash = hash;
	memcpy(s->text, x->name.p, x->name.n);
	s->name = (struct slice){ s->text, x->name.n };
	if (x->ip.n > 0)
		hostaddr_scan(x->ip.p, x->ip.n, &s->address[0]);
	if (x->ip6.n > 0)
		hostaddr_scan(x->ip6.p, x->ip6.n, &s->address[1]);
	if (hash_add(&a->sources, &s->node) == -1) {
		free(s);
		return NULL;
	}
	return s;
}

unsigned
sourceaside_lost(struct sourceaside *a, const struct pools_source *x,
    int64_t now_us)
{
	const unsigned both = SOURCEASIDE_IP | SOURCEASIDE_IP6;
	uint64_t hash = hash_of(x);
	struct source *s = (struct source *)hash_first(&a->sources, hash);

	if (x->ip.n == 0 && x->ip6.n == 0)
		return 0;
	if (s == NULL)
		s = make(a, x, hash);
	if (s == NULL)
		return 0;
	if (now_us >= s->look_us)
		look(a, s, now_us);
	return s->until_us != 0 || s->lost == has(s) ? both : s->lost;
}

void
sourceaside_told(struct sourceaside *a, struct slice name, int64_t now_us)
{
	struct hash_node *at;
	struct source *s;
	size_t i;

	for (i = 0; i < a->sources.slots; i++)
		for (at = a->sources.slot[i]; at != NULL; at = at->next) {
			s = (struct source *)at;
			if (s->name.n != name.n ||
			    memcmp(s->name.p, name.p, name.n) != 0 ||
			    s->until_us != 0)
				continue;
			s->until_us = now_us + SOURCEASIDE_TOLD_US;
			s->look_us = now_us + SOURCEASIDE_EVERY_US;
			tell(s, "aside",
			    "its address could not be used to send");
		}
}

void
sourceaside_free(struct sourceaside *a)
{
	struct hash_node *at, *next;
	size_t i;

	for (i = 0; i < a->sources.slots; i++)
		for (at = a->sources.slot[i]; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	hash_free(&a->sources);
}
