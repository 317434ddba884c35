/* what remote-send says to questions; the pool is never run */
#include "send/sendwhy.h"
#include "send/gather.h"
#include "tap.h"
#include <unistd.h>

static struct link chain;
static struct sendpool pool;

#define LABELS "from:\tto:a@b\tsite:s\tmx:h/25/192.0.2.1 i/25/192.0.2.2"
#define ASK "id:explain-000000000001\tn:0\texplain:m/4\t" LABELS "\n"

static const char *
ask(void)
{
	buf_clear(&chain.up.out);
	sendgather_take(&pool, ASK, sizeof ASK - 1);
	buf_putc(&chain.up.out, '\0');
	return strstr(buf_data(&chain.up.out), "\twhy-send:");
}

int
main(void)
{
	static const char job[] = "id:l\tn:0\tsize:1\tfile:/x\t" LABELS "\n"
				  "id:m\tn:4\tsize:1\tfile:/x\t" LABELS "\n";
	struct dial_addr to;
	unsigned char key[SENDHOST_KEY] = { 0 };
	struct sendconn c = { .share = &pool.share, .fd = -1 };
	struct sendplace place = { .conn = c };
	struct sendplace *all[] = { &place };
	struct sendtxn *t;

	pool.answers.link = &chain;
	pool.limit.rcpts = 10;
	pool.limit.waiting = 1000;
	pool.share.dead.first_ms = pool.share.dead.max_ms = 60000;
	buf_reserve(&chain.up.out, 1);
	is_str(ask(), "\twhy-send:no connection to the site\n",
	    "nothing is here");
	is_num(pool.sites.n_wait + (pool.sites.all.first != NULL), 0,
	    "and nothing is kept of it");
	dial_scan_ip("192.0.2.2", 9, &to);
	key[0] = to.kind;
	key[2] = 25;
	memcpy(key + 3, to.ip, 16);
	deadhost_failed(&pool.share.dead, key, sizeof key, clock_mono_ms(),
	    "refused");
	ok(strstr(ask(), ":passed over for 60 s: i/25/192.0.2.2: refused\\n") !=
		NULL,
	    "a host that is dead");
	sendgather_take(&pool, job, sizeof job - 1);
	ok(strstr(ask(),
	       "\\nconnections to the site: 0, 0 of them idle; 2 "
	       "transactions wait for one\n") != NULL,
	    "who waits for it");
	ok(strstr(ask(),
	       ":its job waits for a connection for 0 s, behind 1 "
	       "transactions\\n") != NULL,
	    "it does, too");
	sendpool_slot(&pool, &pool.job);
	t = LIST_OF(LIST_OF(pool.sites.all.first, struct sendslot, all)
			->line.last,
	    struct sendtxn, line);
	sendsites_remove(&pool.sites, t);
	pool.places.all = all;
	pool.places.n = 1;
	pool.share.wait_ms[SENDWAIT_DATA] = 9000;
	place.conn.s.front = &t->mail;
	sendconn_wait(&place.conn, SENDWAIT_DATA);
	ok(strstr(ask(),
	       ":its job is being sent, in phase data for 0 s, given "
	       "up in ") != NULL,
	    "it is being sent");
	place.conn.s.front = NULL;
	place.conn.lead = t;
	sendconn_wait(&place.conn, SENDWAIT_CONNECT);
	ok(strstr(ask(), ":its job is being connected, in phase connect for") !=
		NULL,
	    "it is being connected");
	t->mail.rcpt[0].state = SMTPOUT_DECIDED;
	ok(strstr(ask(), "its job") == NULL, "it has its answer");
	return done();
}
