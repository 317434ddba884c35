#include "run/run.h"
#include "tap.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct run r;

static const char *
id_of(unsigned k)
{
	static char id[NAME_LEN + 1];

	name_make(id, 1790000000000000 + k, 1, k);
	return id;
}

static uint32_t
pins(unsigned segment)
{
	return r.done.segment[segment - 1].pins;
}

static void
old(const char *id, unsigned n, enum message_state s, uint32_t segment)
{
	struct journal_line l = {
		.id = id, .n = n, .state = s, .at_s = 1790000000 + n
	};

	if (oldjournal_line(&r, &l, segment) == -1)
		exit(111);
}

int
main(void)
{
	char dir[] = "/tmp/oldjournal.XXXXXX", name[11];
	struct jobhead c = { .n_rcpt = 2 };
	struct jobhead_rcpt rcpt[2] = { { .state = 'Q' }, { .state = 'Q' } };
	struct jobhead_rcpt home[2] = { { .state = 's' }, { .state = 'B' } };
	unsigned i;
	int fd;

	if (mkdtemp(dir) == NULL)
		return 1;
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	for (i = 1; i <= 3; i++) {
		done_name(name, i);
		close(openat(fd, name, O_WRONLY | O_CREAT, 0600));
	}
	if (done_open(&r.done, fd, 100, oldjournal_line, &r) == -1)
		return 1;
	c.rcpt = rcpt;
	/* 1 twice, 2, 3 and 4; 4 stands in a directory that is not read */
	old(id_of(3), 0, MESSAGE_SENT, 1);
	old(id_of(1), 1, MESSAGE_SENT, 2);
	old(id_of(2), 0, MESSAGE_BOUNCED_SAID, 2);
	old(id_of(1), 0, MESSAGE_DELETED, 3);
	old(id_of(1), 7, MESSAGE_SENT, 3);
	old(id_of(4), 0, MESSAGE_SENT, 1);
	/* carried over behind the end that came later */
	old(id_of(1), 1, MESSAGE_RELAYED, 3);
	oldjournal_start(&r);
	is_num(r.oldjournal.n_unsaid, 0, "after a clean end all is said");
	ok(oldjournal_knows(&r, id_of(1)) && !oldjournal_knows(&r, id_of(5)),
	    "known by its id");

	oldjournal_scan(&r);
	for (i = 0; i < 4; i++)
		r.oldjournal.dirs_read |= 1 << i;
	oldjournal_found(&r, id_of(1));
	oldjournal_found(&r, id_of(2));
	oldjournal_scanned(&r);
	ok(!oldjournal_knows(&r, id_of(3)), "no file: nothing to remember");
	ok(oldjournal_knows(&r, id_of(4)), "its directory was not read");
	is_num(pins(1), 1, "what is left pins its segment");
	is_num(pins(2), 2, "each line");
	is_num(pins(3), 3, "its own");

	old(id_of(9), 0, MESSAGE_DELIVERED, 3);
	old(id_of(9), 1, MESSAGE_BOUNCED_SAID, 3);
	c.rcpt = home;
	oldjournal_apply(&r, id_of(9), &c);
	ok(home[0].state == 's' && home[1].state == 'b',
	    "what is owed takes no end back that the file has");
	oldjournal_taken(&r, id_of(9));
	c.rcpt = rcpt;
	is_num(oldjournal_apply(&r, id_of(1), &c), 2, "the oldest segment");
	ok(rcpt[0].state == 'K' && rcpt[1].state == 'S',
	    "the head has the journal's states");
	oldjournal_taken(&r, id_of(1));
	is_num(oldjournal_apply(&r, id_of(1), &c), 0, "once");
	is_num(pins(2) * 10 + pins(3), 10, "and has no pin here");

	oldjournal_home(&r, id_of(4), 0, 2, NULL);
	is_num(pins(1), 1, "home in another segment is not home");
	oldjournal_move(&r, 1, 3);
	is_num(pins(1) * 10 + pins(3), 1, "carried over, the pin too");
	oldjournal_home(&r, id_of(4), 0, 3, NULL);
	is_num(pins(3), 0, "home");

	oldjournal_scan(&r);
	r.oldjournal.dirs_read = ~(uint64_t)0;
	oldjournal_scanned(&r);
	is_num(r.oldjournal.n, 0, "a later scan ends the rest");
	is_num(pins(2), 0, "and its pins");
	for (i = 1; i <= 3; i++) {
		done_name(name, i);
		unlinkat(fd, name, 0);
	}
	rmdir(dir);
	free(r.done.segment);
	return done();
}
