#include "send/connphase.h"
#include "send/conntls.h"
#include "smtp/outstate.h"
#include "tap.h"

static struct sendconn conn;

int
main(void)
{
	struct conntls_try *const under_way =
	    (struct conntls_try *)(void *)&conn;
	struct conntls tls = { .try = under_way };
	struct sendtxn lead = { .id = "a" };

	is_str(connphase(&conn), "greeting", "nothing is said");
	conn.lead = &lead;
	is_str(connphase(&conn), "connect", "nothing stands");
	conn.stands = 1;
	is_str(connphase(&conn), "greeting", "it stands");
	conn.s.state = OUTSTATE_TLS;
	is_str(connphase(&conn), "starttls", "STARTTLS is said");
	conn.tls = &tls;
	is_str(connphase(&conn), "tls", "the handshake goes on");
	tls.try = NULL;
	conn.s.state = OUTSTATE_OPEN;
	is_str(connphase(&conn), "helo", "what EHLO says will not do");
	conn.lead = NULL;
	is_str(connphase(&conn), "idle", "nothing to do");
	lead.mail.at = SMTPOUT_DOT;
	conn.s.front = &lead.mail;
	is_str(connphase(&conn), "dot", "the dot is sent");
	return done();
}
