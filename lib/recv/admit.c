#include "recv/admit.h"
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_crowded, 421, "4.7.0", "too many connections, try again later");
SMTPIN_SAY(r_yours, 421, "4.7.0",
    "too many connections from your address, try again later");
SMTPIN_SAY(r_network, 421, "4.7.0",
    "too many connections from your network, try again later");
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
	    p->share.held[SHARE_CONNS] >=
		(ours ? in->limits.relay_max : in->limits.address_max))
		r = &r_yours;
	else
		switch (room_for(in, p, ours)) {
		case SHARE_YES:
			share_add(&in->store.share, SHARE_CONNS, &p->share, 1);
			s->party = p;
			return NULL;
		case SHARE_FULL: r = &r_crowded; break;
		case SHARE_ADDRESS: r = &r_yours; break;
		case SHARE_NETWORK: r = &r_network;
		}
	party_check(&in->store.parties, p);
	inbound_press(in);
	return r;
}

const struct smtpin_reply *
admit_client(struct session *s)
{
	struct inbound *in = s->in;
	char ip[IP_TEXT], suffix[RELAY_SUFFIX_MAX] = "";
	const struct smtpin_reply *r;
	enum relay_verdict v;

	v = access_relay(&in->access, session_ip(s, ip), suffix);
	s->doubtful = v == RELAY_BROKEN;
	if (v == RELAY_DENY)
		return &r_denied;
	r = count_party(s, v == RELAY_ALLOW);
	if (r != NULL)
		return r;
	if (v == RELAY_ALLOW) {
		s->suffix = strdup(suffix);
		if (s->suffix == NULL)
			return &r_memory;
	}
	return NULL;
}
