#include "recv/admit.h"
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_crowded, 421, "4.7.0", "too many connections, try again later");
SMTPIN_SAY(r_yours, 421, "4.7.0",
    "too many connections from your address, try again later");
SMTPIN_SAY(r_network, 421, "4.7.0",
    "too many connections from your network, try again later");
SMTPIN_SAY(r_login, 421, "4.7.0",
    "too many connections of this login, try again later");
/* VIOLATIONS.md: GREETING-554-QUIT */
SMTPIN_SAY(r_denied, 554, "5.7.1", "no service for you here");
SMTPIN_SAY(r_memory, 421, "4.3.0", "out of memory, try again later");

/* May he have a connection more?  A number that was given for one of ours
 * holds while there is any room, in place of a share. */
static enum share_verdict
room_for(const struct inbound *in, const struct party *p, int ours)
{
	int given = ours && in->limits.relay_max != INBOUND_SHARE;

	return share_ask(&in->store.share, SHARE_CONNS,
	    given ? NULL : &p->share, 1);
}

/* how many his address has */
static uint64_t
conns_of(const struct session *s, const struct party *p)
{
	return s->in->crowd == NULL ? p->share.held[SHARE_CONNS]
				    : crowd_count(s->in->crowd, s->ip);
}

static void
join(struct session *s, struct party *p)
{
	share_add(&s->in->store.share, SHARE_CONNS, &p->share, 1);
	s->party = p;
	if (s->in->crowd != NULL && s->known) {
		crowd_join(s->in->crowd, s->ip);
		s->crowded = 1;
	}
}

void
admit_uncrowd(struct session *s)
{
	if (s->crowded)
		crowd_leave(s->in->crowd, s->ip);
	s->crowded = 0;
}

/* one more of this address; NULL: welcome */
static const struct smtpin_reply *
count_party(struct session *s, int ours)
{
	struct inbound *in = s->in;
	struct party *p = party_of(&in->store.parties, s->ip, ours);
	const struct smtpin_reply *r = NULL;

	if (p == NULL)
		return &r_memory;
	if (s->known &&
	    conns_of(s, p) >=
		(ours ? in->limits.relay_max : in->limits.address_max))
		r = &r_yours;
	else
		switch (room_for(in, p, ours)) {
		case SHARE_YES: join(s, p); return NULL;
		case SHARE_FULL: r = &r_crowded; break;
		case SHARE_ADDRESS: r = &r_yours; break;
		case SHARE_NETWORK: r = &r_network;
		}
	party_check(&in->store.parties, p);
	inbound_press(in);
	return r;
}

static const struct smtpin_reply *
may_relay(struct session *s, const char *suffix)
{
	s->suffix = strdup(suffix);
	return s->suffix == NULL ? &r_memory : NULL;
}

const struct smtpin_reply *
admit_client(struct session *s)
{
	struct inbound *in = s->in;
	struct relay_rule rule;
	const struct smtpin_reply *r;
	enum relay_verdict v;
	char ip[IP_TEXT];

	v = access_relay(&in->access, session_ip(s, ip), &rule);
	s->doubtful = v == RELAY_BROKEN;
	if (v == RELAY_DENY)
		return &r_denied;
	s->proxied = rule.proxy;
	s->speaks = rule.xclient;
	/* of a proxy's are no rights his clients' */
	r = count_party(s, v == RELAY_ALLOW || rule.proxy);
	if (r != NULL)
		return r;
	return v == RELAY_ALLOW && !rule.proxy ? may_relay(s, rule.suffix)
					       : NULL;
}

/* what it holds is nobody's, and it has its turn like a network */
static void
leave_party(struct session *s)
{
	struct inbound *in = s->in;
	struct share *share = &in->store.share;
	size_t kept = session_kept(s);

	turn_remove(&s->turn);
	s->turn.up = &in->store.parties.root;
	admit_uncrowd(s);
	if (s->party == NULL)
		return;
	share_give(share, SHARE_MEMORY, &s->party->share, kept);
	share_add(share, SHARE_MEMORY, NULL, kept);
	share_give(share, SHARE_CONNS, &s->party->share, 1);
	party_check(&in->store.parties, s->party);
	s->party = NULL;
}

/* and from nobody it comes to his address */
static const struct smtpin_reply *
join_party(struct session *s, int ours)
{
	struct share *share = &s->in->store.share;
	size_t kept = session_kept(s);
	const struct smtpin_reply *r = count_party(s, ours);

	if (r != NULL)
		return r;
	s->turn.up = &s->party->turns;
	share_give(share, SHARE_MEMORY, NULL, kept);
	share_add(share, SHARE_MEMORY, &s->party->share, kept);
	return NULL;
}

const struct smtpin_reply *
admit_other(struct session *s, const unsigned char ip[IP_LEN])
{
	struct relay_rule rule;
	const struct smtpin_reply *r;
	enum relay_verdict v = RELAY_NONE;
	char text[IP_TEXT];

	leave_party(s);
	free(s->suffix);
	s->suffix = NULL;
	s->known = ip != NULL;
	memset(s->ip, 0, sizeof s->ip);
	if (ip != NULL) {
		memcpy(s->ip, ip, sizeof s->ip);
		v = access_relay(&s->in->access, session_ip(s, text), &rule);
	}
	s->doubtful = v == RELAY_BROKEN;
	if (v == RELAY_DENY)
		return &r_denied;
	r = join_party(s, v == RELAY_ALLOW);
	return r == NULL && v == RELAY_ALLOW ? may_relay(s, rule.suffix) : r;
}

const struct smtpin_reply *
admit_back(struct session *s)
{
	/* the only one there is */
	if (s->party == NULL)
		return NULL;
	leave_party(s);
	return join_party(s, s->suffix != NULL);
}

/* what it holds goes from one to another */
static void
move(struct session *s, struct party *to)
{
	struct share *share = &s->in->store.share;
	struct party *from = s->party;
	size_t kept = session_kept(s);

	turn_remove(&s->turn);
	s->turn.up = &to->turns;
	admit_uncrowd(s);
	share_give(share, SHARE_CONNS, &from->share, 1);
	share_give(share, SHARE_MEMORY, &from->share, kept);
	share_add(share, SHARE_CONNS, &to->share, 1);
	share_add(share, SHARE_MEMORY, &to->share, kept);
	party_check(&s->in->store.parties, from);
	s->party = to;
}

const struct smtpin_reply *
admit_login(struct session *s, const char *login)
{
	struct inbound *in = s->in;
	struct party *p;

	/* the only one there is */
	if (s->party == NULL)
		return NULL;
	p = party_login(&in->store.parties, login);
	if (p == NULL)
		return &r_memory;
	if (p == s->party)
		return NULL;
	if (p->share.held[SHARE_CONNS] >= in->limits.relay_max ||
	    room_for(in, p, 1) != SHARE_YES) {
		party_check(&in->store.parties, p);
		inbound_press(in);
		return &r_login;
	}
	move(s, p);
	return NULL;
}
