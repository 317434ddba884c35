/*
 * One message of a session: what its envelope is made of, and each reply that
 * refuses.  Commands are given as they are when the machine has taken them
 * apart.  The chain is a socket of ours.
 */
#include "recv/transaction.h"
#include "base/die.h"
#include "base/fd.h"
#include "cdbfile.h"
#include "conf/local.h"
#include "tap.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

static char dir[] = "/tmp/rohrpost-transaction.XXXXXX", path[64], argv0[80];
static char *argv[] = { argv0, NULL };
static int door;
static struct inbound *in;
static struct session s;

static const struct share_pool *
memory(void)
{
	return &in->store.share.pool[SHARE_MEMORY];
}

/* "CODE ESC", "" when it is not refused */
static const char *
said(const struct smtpin_reply *r)
{
	static char t[40];

	if (r == NULL)
		return "";
	snprintf(t, sizeof t, "%u %s", r->code, r->esc);
	return t;
}

static long long ms_receive;

static const char *
envelope(void)
{
	static char t[4096];
	char *p, *e;
	const struct buf *env = s.letter == NULL ? NULL : &s.letter->item.env;

	if (env == NULL)
		return "none";
	snprintf(t, sizeof t, "%.*s", (int)buf_len(env), buf_data(env));
	/* how long it took is not always the same */
	if ((p = strstr(t, "\nms-receive ")) != NULL) {
		ms_receive = strtoll(p + 12, NULL, 10);
		e = strchr(p + 1, '\n');
		memmove(p, e, strlen(e) + 1);
	}
	return t;
}

static struct smtpin_event
event(enum smtpin_verb verb, const char *address)
{
	struct smtpin_event ev = { .verb = verb };

	if (*address != '\0' &&
	    address_parse(address, strlen(address), &ev.address) !=
		ADDRESS_GOOD)
		abort();
	return ev;
}

static void
param(struct smtpin_event *ev, int which, const char *value)
{
	if (value != NULL)
		ev->param[which] = (struct slice){ value, strlen(value) };
}

static const char *
mail(const char *address, const char *ret, const char *envid)
{
	struct smtpin_event ev = event(SMTPIN_V_MAIL, address);

	param(&ev, EXTENSION_P_RET, ret);
	param(&ev, EXTENSION_P_ENVID, envid);
	return said(transaction_mail(&s, &ev));
}

static const char *
mail_held(const char *address)
{
	struct smtpin_event ev = event(SMTPIN_V_MAIL, address);

	param(&ev, EXTENSION_P_HOLDFOR, "60");
	return said(transaction_mail(&s, &ev));
}

static const char *
rcpt(const char *address, const char *notify, const char *orcpt)
{
	struct smtpin_event ev = event(SMTPIN_V_RCPT, address);

	param(&ev, EXTENSION_P_NOTIFY, notify);
	param(&ev, EXTENSION_P_ORCPT, orcpt);
	return said(transaction_rcpt(&s, &ev, NULL));
}

/* all begins anew, for a client with that suffix */
static void
begin(const char *suffix)
{
	transaction_forget(&s);
	memset(&s, 0, sizeof s);
	s.in = in;
	s.suffix = (char *)suffix;
	s.smtp.esmtp = 1;
	in->store.share.pool[SHARE_MEMORY].max = 1 << 20;
	in->limits.parcels_max = 2;
	in->refuse_nul = 0;
	in->pressed = 0;
}

/* MAIL */

static const struct {
	const char *from, *ret, *envid, *env;
} senders[] = {
	{ "a@b.example", NULL, NULL, "from a@b.example\n" },
	{ "A@B.Example", NULL, NULL, "from A@B.Example\n" },
	{ "", NULL, NULL, "from\n" },
	{ "\"a\"@b.example", NULL, NULL, "from a@b.example\n" },
	{ "\"a b\"@b.example", NULL, NULL, "from \"a b\"@b.example\n" },
	{ "a@b.example.", NULL, NULL, "from a@b.example\n" },
	{ "root", NULL, NULL, "from root@me.example\n" },
	{ "a@b", "HDRS", NULL, "from a@b\nret HDRS\n" },
	{ "a@b", "full", NULL, "from a@b\nret FULL\n" },
	{ "a@b", "FULL", "q+20x", "from a@b\nret FULL\nenvid q+20x\n" },
	{ "a@b", NULL, "q", "from a@b\nenvid q\n" },
};

static void
all_senders(void)
{
	size_t i;

	begin(NULL);
	is_str(transaction_sender(&s).p, "", "no sender yet");
	for (i = 0; i < sizeof senders / sizeof *senders; i++) {
		is_str(mail(senders[i].from, senders[i].ret, senders[i].envid),
		    "", senders[i].from);
		is_str(envelope(), senders[i].env, "its lines");
	}
	is_num(transaction_sender(&s).n, 3, "the sender");
	ok(memcmp(transaction_sender(&s).p, "a@b", 3) == 0, "as it is");
	mail("", NULL, NULL);
	is_num(transaction_sender(&s).n, 0, "of the null sender");
	transaction_forget(&s);
	is_str(envelope(), "none", "forgotten");
	is_num((long long)memory()->used, 0, "with all its memory");
}

/* a line needs room for twice its value */
static void
little_memory(void)
{
	const uint64_t least = sizeof(struct incoming) + 2 * 11;
	uint64_t *max = &in->store.share.pool[SHARE_MEMORY].max;

	begin(NULL);
	*max = least;
	is_str(mail("a@b.example", NULL, NULL), "", "just enough memory");
	is_num(in->pressed, 0, "nobody need go");
	*max = least - 1;
	is_str(mail("a@b.example", NULL, NULL), "452 4.3.1", "one byte less");
	is_num(in->pressed, 1, "somebody is to go");
	is_str(envelope(), "none", "there is no transaction");
	*max =
	    sizeof(struct incoming) + strlen("from a@b.example\n") + 2 * 4 - 1;
	is_str(mail("a@b.example", "HDRS", NULL), "452 4.3.1",
	    "none for a second line");
	begin(NULL);
	*max = least;
	is_str(mail_held("a@b.example"), "452 4.3.1", "none for HOLDFOR");
	is_num(in->pressed, 1, "somebody is to go");
	is_num((long long)memory()->used, 0, "none is held");

	begin("");
	mail("a@b.example", NULL, NULL);
	*max = memory()->used + 2 * 11;
	is_str(rcpt("c@d.example", NULL, NULL), "", "enough for a recipient");
	*max = memory()->used + 2 * 11 - 1;
	is_str(rcpt("d@d.example", NULL, NULL), "452 4.3.1", "one byte less");
	is_str(envelope(), "from a@b.example\nto c@d.example\n",
	    "the others stay");
}

/* RCPT */

static const struct {
	const char *name, *suffix, *to, *notify, *orcpt, *reply, *line;
} rcpts[] = {
	{ "here", NULL, "c@here.example", NULL, NULL, "",
	    "to c@here.example\n" },
	{ "in any case", NULL, "c@HERE.example", NULL, NULL, "",
	    "to c@HERE.example\n" },
	{ "elsewhere", NULL, "c@d.example", NULL, NULL, "550 5.7.1", "" },
	{ "below here", NULL, "c@x.here.example", NULL, NULL, "550 5.7.1", "" },
	{ "at this host", NULL, "c@me.example", NULL, NULL, "",
	    "to c@me.example\n" },
	{ "without a domain", NULL, "postmaster", NULL, NULL, "",
	    "to postmaster@me.example\n" },
	{ "in quotes", NULL, "\"c\"@here.example", NULL, NULL, "",
	    "to c@here.example\n" },
	{ "a way around", NULL, "\"c@d.example\"@here.example", NULL, NULL,
	    "550 5.1.1", "" },
	{ "with parameters", NULL, "c@here.example", "SUCCESS,DELAY",
	    "rfc822;x@y", "",
	    "to c@here.example NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x@y\n" },
	{ "with one", NULL, "c@here.example", NULL, "rfc822;x@y", "",
	    "to c@here.example ORCPT=rfc822;x@y\n" },
	{ "in UTF-8", NULL, "c@here.example", NULL, "utf-8;\303\274@x\\x{FC}",
	    "", "to c@here.example ORCPT=utf-8;\\\\x{FC}@x\\\\x{FC}\n" },
	{ "for our own", "", "c@d.example", NULL, NULL, "",
	    "to c@d.example\n" },
	{ "for those with a suffix", "@gw.example", "c@d.example", "NEVER",
	    NULL, "", "to c@d.example@gw.example NOTIFY=NEVER\n" },
	{ "nobody here", NULL, "x@also.example", NULL, NULL, "550 5.1.1", "" },
	{ "nor for our own", "", "x@also.example", NULL, NULL, "550 5.1.1",
	    "" },
	{ "with a suffix it is elsewhere", "@gw.example", "x@also.example",
	    NULL, NULL, "", "to x@also.example@gw.example\n" },
};

static void
all_rcpts(void)
{
	char want[300];
	size_t i;

	for (i = 0; i < sizeof rcpts / sizeof *rcpts; i++) {
		begin(rcpts[i].suffix);
		mail("a@b.example", NULL, NULL);
		is_str(rcpt(rcpts[i].to, rcpts[i].notify, rcpts[i].orcpt),
		    rcpts[i].reply, rcpts[i].name);
		snprintf(want, sizeof want, "from a@b.example\n%s",
		    rcpts[i].line);
		is_str(envelope(), want, "its line");
	}
}

/* as it goes where SMTPUTF8 does not */
static void
long_orcpt(void)
{
	char orcpt[EXTENSION_ORCPT_MAX + 1], line[EXTENSION_ORCPT_MAX + 100];
	size_t n = (size_t)snprintf(orcpt, sizeof orcpt, "utf-8;\303\274");

	memset(orcpt + n, 'x', sizeof orcpt - n);
	/* two bytes become six */
	orcpt[EXTENSION_ORCPT_MAX - 4] = '\0';
	begin(NULL);
	mail("a@b.example", NULL, NULL);
	is_str(rcpt("c@here.example", NULL, orcpt), "", "500 bytes");
	snprintf(line, sizeof line,
	    "from a@b.example\nto c@here.example ORCPT=utf-8;\\\\x{FC}%s\n",
	    orcpt + n);
	is_str(envelope(), line, "are taken");
	orcpt[EXTENSION_ORCPT_MAX - 4] = 'x';
	orcpt[EXTENSION_ORCPT_MAX - 3] = '\0';
	is_str(rcpt("c@here.example", NULL, orcpt), "501 5.5.4", "one more");
	is_str(envelope(), line, "not");
}

/* while it is not known who may what, nothing is refused for good */
static void
unsure(void)
{
	begin(NULL);
	s.doubtful = 1;
	mail("a@b.example", NULL, NULL);
	is_str(rcpt("c@d.example", NULL, NULL), "451 4.3.0",
	    "he may be allowed to relay");
	is_str(rcpt("c@here.example", NULL, NULL), "", "which need not be");

	cdbfile_bytes(dir, "local", "bad", 3);
	in->access.checked_ms -= TABLE_CHECK_MS;
	in->access.local.table.checked_ms -= TABLE_CHECK_MS;
	begin(NULL);
	mail("a@b.example", NULL, NULL);
	is_str(rcpt("c@here.example", NULL, NULL), "451 4.3.0",
	    "local domains that cannot be read");
	is_str(rcpt("c@me.example", NULL, NULL), "", "our own name is known");
	begin("");
	mail("a@b.example", NULL, NULL);
	is_str(rcpt("c@d.example", NULL, NULL), "", "our own may relay");
	cdbfile(dir, &conffile_local, "here.example\nalso.example\n");
	in->access.checked_ms -= TABLE_CHECK_MS;
	in->access.local.table.checked_ms -= TABLE_CHECK_MS;
}

/* DATA and the end of a message */

static int receipts, down = -1;
static char receipt_kind;

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct incoming *l = (struct incoming *)item;

	(void)text;
	(void)n;
	receipts++;
	receipt_kind = (char)kind;
	if (l->owner == NULL) {
		incoming_free(l);
	} else {
		s.waiting = 0;
		transaction_forget(&s);
	}
	loop_stop();
}

static void
on_late(void *arg)
{
	(void)arg;
	loop_stop();
}

/* the chain takes what there is */
static void
taken(const char *id)
{
	struct loop_timer late = { 0 };
	struct buf b = { 0 };

	if (down == -1)
		down = accept(door, NULL, NULL);
	receipt_put(&b, RECEIPT_OK, id);
	fd_write_all(down, buf_data(&b), buf_len(&b));
	buf_free(&b);
	loop_timer_set(&late, 10000, on_late, NULL);
	receipts = 0;
	loop_run();
	loop_timer_stop(&late);
	is_num(receipts, 1, "a receipt");
}

/* a message for one recipient, so far that it is whole */
static void
message(const char *suffix)
{
	begin(suffix);
	mail("a@b.example", NULL, NULL);
	rcpt("c@here.example", NULL, NULL);
}

static const char *
whole(void)
{
	return said(transaction_whole(&s, on_receipt));
}

static void
body(const char *text, size_t n)
{
	is_str(said(transaction_data(&s)), "", "it may come");
	incoming_add(s.letter, text, n);
}

static void
sealed(void)
{
	static const char text[] = "Subject: x\n\nhi\n";
	static struct session_more more = { .name = (char *)"c.example" };

	message("");
	rcpt("\"c\"@here.example", NULL, NULL);
	s.known = 1;
	s.ip[10] = s.ip[11] = 0xff;
	inet_pton(AF_INET, "192.0.2.1", s.ip + 12);
	s.more = &more;
	s.helo = (char *)"h.example";
	s.port = 587;
	body(text, strlen(text));
	s.letter->since_ms -= 1500;
	ok(memcmp(buf_data(&s.letter->content.text), "Received: ", 10) == 0,
	    "our trace field in front");
	is_num(s.letter->clean, 1, "NULs go from what is signed here");
	is_str(whole(), "", "down the chain");
	is_str(envelope(),
	    "from a@b.example\nto c@here.example\nclient 192.0.2.1\n"
	    "client-name c.example\nport 587\nhelo h.example\nproto ESMTP\n"
	    "origin inside\nbody 7bit\n",
	    "with all that is known");
	ok(ms_receive >= 1500 && ms_receive < 60000, "and how long it took");
	is_num(s.waiting, 1, "and waits");
	taken("id1");
	is_str(envelope(), "none", "it is over");
	is_num((long long)memory()->used, 0, "nothing is held");

	message(NULL);
	s.smtp.esmtp = 0;
	body("x: \303\244\n", 6);
	is_num(s.letter->clean, 0, "others have signed");
	is_str(whole(), "", "of a stranger");
	is_str(envelope(),
	    "from a@b.example\nto c@here.example\nproto SMTP\nbody 8bit\n",
	    "with what is known");
	taken("id2");
}

static void
refused(void)
{
	static const char to[] =
	    "To: a.long.name@far.example, b.long.name@far.example\n\nx\n";

	message("");
	in->limits.parcels_max = 0;
	is_str(said(transaction_data(&s)), "451 4.3.2", "too many on the way");

	message("");
	body("x\n", 2);
	s.letter->hops.count = INBOUND_HOPS_MAX;
	is_str(whole(), "", "a long way");
	taken("id3");
	message("");
	body("x\n", 2);
	s.letter->hops.count = INBOUND_HOPS_MAX + 1;
	is_str(whole(), "554 5.4.6", "a longer one");
	is_num(s.waiting, 0, "nothing waits");

	message("");
	body("x\0y\n", 4);
	in->refuse_nul = 1;
	is_str(whole(), "554 5.6.0", "a NUL that is refused");
	message("");
	body("x\0y\n", 4);
	is_str(whole(), "", "one that is not");
	taken("id4");

	message("");
	body("x\n", 2);
	incoming_drop(s.letter);
	is_str(whole(), "452 4.3.1", "content that could not be kept");
	is_num(in->pressed, 1, "somebody is to go");
	message("");
	body("x\n", 2);
	in->store.share.pool[SHARE_MEMORY].max = memory()->used;
	is_str(whole(), "452 4.3.1", "no memory for its last lines");
	is_num(s.waiting, 0, "nothing waits");
	message("");
	in->words = SERVICE_HEADER_RCPTS;
	s.smtp.rcpt_max = 2;
	body(to, strlen(to));
	in->store.share.pool[SHARE_MEMORY].max = memory()->used;
	is_str(whole(), "452 4.3.1", "nor for recipients of its header");
	is_num(in->pressed, 1, "somebody is to go");
	in->words = 0;
}

/* who has gone does not take his message with him */
static void
left(void)
{
	message("");
	body("x\n", 2);
	is_str(whole(), "", "a message");
	transaction_forget(&s);
	ok(s.letter == NULL && !s.waiting, "is not his any more");
	ok(memory()->used > 0, "but there");
	taken("id5");
	is_num(receipt_kind, RECEIPT_OK, "and has arrived");
	is_num((long long)memory()->used, 0, "then nothing is held");
}

/* without a chain it stays here, and is not waited for */
static void
no_chain(void)
{
	close(door);
	unlink(path);
	handover_init(&in->next, argv, 1);
	message("");
	body("x\n", 2);
	is_str(whole(), "451 4.3.0", "the queue is not there");
	is_num(s.waiting, 0, "nothing waits");
	transaction_forget(&s);
	is_num((long long)memory()->used, 0, "nothing is held");
}

static void
setup(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	snprintf(path, sizeof path, "%s/chain", dir);
	snprintf(argv0, sizeof argv0, "unix:%s", path);
	strcpy(sa.sun_path, path);
	door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bind(door, (struct sockaddr *)&sa, sizeof sa);
	listen(door, 5);
	in = calloc(1, sizeof *in);
	in->config.size_max = 1 << 20;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	smtpin_config_init(&in->config, "me.example");
	handover_init(&in->next, argv, 1);
	cdbfile(dir, &conffile_local, "here.example\nalso.example\n");
	cdbfile(dir, &conffile_users,
	    "c@here.example\nc@me.example\npostmaster\n");
	access_open(&in->access, dir, in->config.host, "-", 0);
}

int
main(void)
{
	static char *args[] = { (char *)"transaction", NULL };

	prog_init(args);
	alarm(60);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	setup();
	all_senders();
	little_memory();
	all_rcpts();
	long_orcpt();
	unsure();
	sealed();
	refused();
	left();
	no_chain();
	close(down);
	snprintf(path, sizeof path, "%s/local.cdb", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/users.cdb", dir);
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
