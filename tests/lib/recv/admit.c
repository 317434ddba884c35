#include "recv/admit.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct inbound *in;

static void
begin(unsigned conns, unsigned address)
{
	in = calloc(1, sizeof *in);
	in->limits =
	    (struct inbound_limits){ address, INBOUND_SHARE, 10, 100, 100, 0 };
	in->store.share.pool[SHARE_CONNS].max = conns;
	strcpy(in->config.host, "me.example");
	access_open(&in->access, "/nowhere", in->config.host, NULL, 0);
}

/* a client of 10.0.net.host */
static struct session *
client(unsigned char net, unsigned char host)
{
	static const unsigned char mapped[16] = {
		[10] = 255, [11] = 255, [12] = 10
	};
	struct session *s;
	int fd[2];

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd);
	close(fd[1]);
	s = session_open(in, fd[0], fd[0]);
	memcpy(s->ip, mapped, sizeof mapped);
	s->ip[14] = net;
	s->ip[15] = host;
	s->known = 1;
	return s;
}

static const char *
verdict(struct session *s)
{
	const struct smtpin_reply *r = admit_client(s);

	return r == NULL ? "welcome" : r->text;
}

int
main(void)
{
	struct session *s[3];

	begin(100, 2);
	s[0] = client(0, 1);
	s[1] = client(0, 1);
	s[2] = client(0, 1);
	is_str(verdict(s[0]), "welcome", "the first of an address");
	is_str(verdict(s[1]), "welcome", "as many as it may have");
	ok(strstr(verdict(s[2]), "from your address") != NULL, "one more");
	ok(in->pressed, "idle ones are to go");
	is_num((long long)in->store.share.pool[SHARE_CONNS].used, 2, "counted");
	ok(s[0]->suffix == NULL, "none of ours");
	session_close(s[0]);
	is_str(verdict(s[2]), "welcome", "when another has gone");
	session_close(s[1]);
	session_close(s[2]);
	is_num((long long)in->store.share.pool[SHARE_CONNS].used, 0,
	    "all gone");

	/* what is a login's is no more its address's */
	in->limits.relay_max = 1;
	s[0] = client(0, 1);
	s[1] = client(0, 1);
	verdict(s[0]);
	verdict(s[1]);
	stream_unread(&s[0]->stream, "NO", 2);
	share_add(&in->store.share, SHARE_MEMORY, session_holder(s[0]), 2);
	ok(admit_login(s[0], "ann") == NULL, "a login");
	is_num((long long)s[0]->party->share.held[SHARE_CONNS], 1, "its own");
	is_num((long long)s[0]->party->share.held[SHARE_MEMORY], 2,
	    "with what was kept");
	ok(s[0]->party->share.ours && s[0]->turn.up == &s[0]->party->turns,
	    "one of ours, with a turn of its own");
	ok(admit_login(s[0], "ann") == NULL, "it again");
	is_num((long long)s[0]->party->share.held[SHARE_CONNS], 1, "once");
	s[2] = client(0, 1);
	is_str(verdict(s[2]), "welcome", "another of the address");
	ok(admit_login(s[1], "ann") != NULL, "more than it may have");
	ok(s[1]->party != s[0]->party, "stays who it was");
	ok(admit_back(s[0]) != NULL, "back when its address is full");
	ok(s[0]->party == NULL, "it is nobody's");
	session_close(s[0]);
	ok(admit_login(s[1], "ann") == NULL, "when it has gone");
	stream_unread(&s[1]->stream, "NO", 2);
	share_add(&in->store.share, SHARE_MEMORY, session_holder(s[1]), 2);
	ok(admit_back(s[1]) == NULL && s[1]->party == s[2]->party,
	    "back when there is room");
	is_num((long long)s[1]->party->share.held[SHARE_CONNS], 2, "counted");
	is_num((long long)s[1]->party->share.held[SHARE_MEMORY], 2,
	    "with what was kept");
	ok(!s[1]->party->share.ours && s[1]->turn.up == &s[1]->party->turns,
	    "none of ours, with a turn of its address");
	ok(admit_login(s[1], "ann") == NULL, "and there again");
	admit_back(s[1]);
	session_close(s[1]);
	session_close(s[2]);
	is_num((long long)in->store.share.pool[SHARE_CONNS].used +
		(long long)in->store.share.pool[SHARE_MEMORY].used,
	    0, "all gone");

	/* another's, of whom there are too many: it is nobody's */
	in->limits.address_max = 1;
	s[0] = client(0, 1);
	s[1] = client(0, 2);
	verdict(s[0]);
	verdict(s[1]);
	stream_unread(&s[1]->stream, "NO", 2);
	share_add(&in->store.share, SHARE_MEMORY, session_holder(s[1]), 2);
	ok(admit_other(s[1], s[0]->ip) != NULL, "more than he may have");
	ok(s[1]->party == NULL && s[1]->turn.up == &in->store.parties.root,
	    "with a turn of nobody's");
	is_num((long long)in->store.share.pool[SHARE_MEMORY].used, 2,
	    "what was kept is there");
	ok(admit_other(s[1], NULL) == NULL, "nobody knows whose");
	is_num((long long)s[1]->party->share.held[SHARE_MEMORY], 2,
	    "with what was kept");
	session_close(s[1]);
	session_close(s[0]);
	is_num((long long)in->store.share.pool[SHARE_CONNS].used +
		(long long)in->store.share.pool[SHARE_MEMORY].used,
	    0, "all gone");

	/* of 4, a quarter is no stranger's */
	begin(4, 100);
	s[0] = client(0, 1);
	s[1] = client(1, 1);
	s[2] = client(2, 1);
	verdict(s[0]);
	verdict(s[1]);
	is_str(verdict(s[2]), "welcome", "what strangers may have");
	ok(strstr(verdict(client(3, 1)), "too many connections,") != NULL,
	    "is all that they have");
	return done();
}
