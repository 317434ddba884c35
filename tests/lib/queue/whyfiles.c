/* why mail waits, by the files alone */
#include "queue/whyfiles.h"
#include "base/die.h"
#include "base/fd.h"
#include "queue/ctlrequest.h"
#include "queue/message.h"
#include "queue/name.h"
#include "queuedir.h"
#include "tap.h"
#include <fcntl.h>
#include <string.h>

static char id[NAME_LEN + 1];

static void
add(unsigned number, const char *env, char state, int64_t next, unsigned tries,
    const char *reply)
{
	struct message_head h;
	struct message_rcpt r;
	char path[sizeof queuedir + NAME_PATH_LEN + 2];
	char name[NAME_PATH_LEN + 1];
	struct buf b = { 0 };
	int fd;

	name_make(id, 1790000000000000 + number, 1, number % 64);
	name_path(name, id);
	snprintf(path, sizeof path, "%s/%s", queuedir, name);
	if (message_format(&b, env, strlen(env), 2, NULL) == -1 ||
	    message_open(buf_data(&b), buf_len(&b), &h) == -1)
		exit(111);
	while (message_rcpt(&h, &r) == 1) {
		r.state = (enum message_state)state;
		r.next = next;
		r.tries = tries;
		r.reply = reply;
		r.reply_len = strlen(reply);
		message_record(buf_data(&b) + r.offset + MESSAGE_TO_STATE, &r);
	}
	buf_puts(&b, "x\n");
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd == -1 || fd_write_all(fd, buf_data(&b), buf_len(&b)) == -1)
		exit(111);
	close(fd);
	buf_free(&b);
}

/* what is said, without ids and births, which are known; lines with | */
static const char *
said(enum selector_kind kind, const char *value, uint32_t n)
{
	static char t[8192];
	struct selector_list sel = { .n = 0 };
	struct buf b = { 0 };
	char *o = t;
	const char *p, *e;
	uint64_t all;

	selector_add(&sel, kind, 0, value, strlen(value));
	all = whyfiles(queuedir, &sel, n, &b);
	buf_putc(&b, '\0');
	for (p = buf_data(&b); *p != '\0'; p = e + 1) {
		e = p + strcspn(p, "\t\n");
		if (strncmp(p, "id:", 3) != 0 && strncmp(p, "birth:", 6) != 0) {
			memcpy(o, p, (size_t)(e - p));
			o += e - p;
			*o++ = *e == '\n' ? '|' : ' ';
		} else if (*e == '\n') {
			*o++ = '|';
		}
	}
	snprintf(o, sizeof t - (size_t)(o - t), "%u", (unsigned)all);
	selector_free(&sel);
	buf_free(&b);
	return t;
}

int
main(void)
{
	static char *args[] = { "whyfiles", NULL };
	char flag[sizeof queuedir + 10];
	unsigned i;

	prog_init(args);
	queuedir_make();
	is_str(said(SELECTOR_TO, "b@b.x", CTLREQUEST_EACH),
	    "all:0 waiting:0 held:0 owed:0|0", "nothing");
	add(1, "from a@a.x\nto b@b.x\nto c@b.x\n", 'Q', 1790000500, 2,
	    "4.2.2 mx full");
	is_str(said(SELECTOR_TO, "b@b.x", CTLREQUEST_EACH),
	    "all:1 waiting:1 held:0 owed:0|n:0 next:1790000500 "
	    "because:stopped to:b@b.x from:a@a.x try:2 reply:4.2.2 mx full "
	    "chain:none|1",
	    "what waits");
	ok(strstr(said(SELECTOR_ID, id, 1), "n:1 ") != NULL &&
		strstr(said(SELECTOR_ID, id, 1), "n:0 ") == NULL,
	    "one recipient of a message");
	is_str(said(SELECTOR_ID, id, 2), "all:0 waiting:0 held:0 owed:0|0",
	    "one that it has not");
	add(2, "from a@a.x\nto h@h.x\n", 'H', 0, 0, "");
	is_str(said(SELECTOR_DOMAIN, "h.x", CTLREQUEST_EACH),
	    "all:1 waiting:0 held:1 owed:0|n:0 because:held to:h@h.x "
	    "from:a@a.x try:0 chain:none|1",
	    "held");
	add(3, "from \nto r@r.x\n", 'B', 0, 1, "5.1.1 mx no");
	is_str(said(SELECTOR_DOMAIN, "r.x", CTLREQUEST_EACH),
	    "all:1 waiting:0 held:0 owed:1|n:0 because:report to:r@r.x "
	    "from: try:1 reply:5.1.1 mx no chain:none|1",
	    "a report");
	add(4, "from a@a.x\nhold-until 9790000000\nto s@s.x\n", 'Q', 0, 0, "");
	is_str(said(SELECTOR_DOMAIN, "s.x", CTLREQUEST_EACH),
	    "all:1 waiting:1 held:0 owed:0|n:0 next:9790000000 "
	    "because:sender to:s@s.x from:a@a.x try:0 hold-until:9790000000 "
	    "chain:none|1",
	    "its sender holds it");
	for (i = 0; i <= WHYFILES_RCPTS; i++)
		add(10 + i, "from a@a.x\nto m@m.x\n", 'Q', 0, 0, "");
	{
		const char *p = said(SELECTOR_TO, "m@m.x", CTLREQUEST_EACH);
		unsigned n = 0;

		ok(strncmp(p, "all:9 ", 6) == 0, "all are counted");
		while ((p = strstr(p, "because:")) != NULL) {
			p++;
			n++;
		}
		is_num(n, WHYFILES_RCPTS, "so many are shown");
	}
	snprintf(flag, sizeof flag, "%s/held", queuedir);
	close(open(flag, O_WRONLY | O_CREAT, 0600));
	ok(strstr(said(SELECTOR_TO, "b@b.x", CTLREQUEST_EACH),
	       "because:all-held") != NULL,
	    "everything is held");
	queuedir_remove();
	return done();
}
