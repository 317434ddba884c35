#include "recv/party.h"
#include "base/ascii.h"
#include "sasl/saslname.h"
#include <stdlib.h>
#include <string.h>

enum { STRANGER, NETWORK, OURS, USER, LOGIN };

static struct party *
find(struct parties *t, int kind, const unsigned char ip[16], size_t n)
{
	unsigned char key[17] = { (unsigned char)kind };
	uint64_t h;
	struct hash_node *node;
	struct party *p;

	memcpy(key + 1, ip, n);
	h = hash_bytes(0, key, sizeof key);
	for (node = hash_first(&t->all, h); node != NULL;
	     node = hash_again(node)) {
		p = (struct party *)node;
		if (memcmp(p->key, key, sizeof key) == 0)
			return p;
	}
	p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	memcpy(p->key, key, sizeof key);
	p->node.hash = h;
	p->share.ours = kind >= OURS;
	p->turns.turn.up = &t->root;
	if (hash_add(&t->all, &p->node) == 0)
		return p;
	free(p);
	return NULL;
}

static void
leave(struct parties *t, struct party *p)
{
	hash_remove(&t->all, &p->node);
	free(p);
}

struct party *
party_of(struct parties *t, const unsigned char ip[16], int ours)
{
	int four = IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)ip);
	struct party *p = find(t, ours ? OURS : STRANGER, ip, four ? 16 : 8),
		     *net;

	if (p == NULL || ours || p->share.up != NULL)
		return p;
	net = find(t, NETWORK, ip, four ? 15 : 7);
	if (net == NULL) {
		leave(t, p);
		return NULL;
	}
	net->members++;
	p->share.up = &net->share;
	p->turns.turn.up = &net->turns;
	return p;
}

struct party *
party_user(struct parties *t, uid_t uid)
{
	unsigned char key[16] = { 0 };

	memcpy(key, &uid, sizeof uid);
	return find(t, USER, key, sizeof key);
}

struct party *
party_login(struct parties *t, const char *login)
{
	size_t n = strnlen(login, SASLNAME_LOGIN_MAX);
	char small[SASLNAME_LOGIN_MAX];
	uint64_t h[2];

	/* who checks the password may not care for the case of letters */
	ascii_lower_copy(small, login, n);
	h[0] = hash_bytes(0, small, n);
	h[1] = hash_bytes(~h[0], small, n);
	return find(t, LOGIN, (const unsigned char *)h, sizeof h);
}

void
party_check(struct parties *t, struct party *p)
{
	struct party *net;

	if (!share_empty(&p->share))
		return;
	if (p->share.up != NULL) {
		net = party_share(p->share.up);
		if (--net->members == 0)
			leave(t, net);
	}
	leave(t, p);
}
