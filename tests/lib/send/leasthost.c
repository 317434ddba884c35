/* where a new connection goes, that connects nowhere: send/leasthost */
#include "send/leasthost.h"
#include "send/hostlist.h"
#include "tap.h"
#include <string.h>

static struct sendplaces all = { .max = LEASTHOST_CONNS + 1 };
static struct sendslot slot;
static struct deadhost dead = { .first_ms = 60000, .max_ms = 60000 };

/* one that is open to a host; text: name, NUL, address, NUL, word */
static struct sendplace *
open_to(char *text)
{
	struct sendplace *p = sendplaces_new(&all, &slot);

	p->conn.host.ip = text == NULL ? NULL : text + strlen(text) + 1;
	return p;
}

static void
close_all(void)
{
	while (all.n > 0)
		sendplaces_free(&all, all.all[0]);
}

/* a list with its tiers, and what it becomes */
static void
check(const char *list, const char *groups, const char *want, const char *what)
{
	unsigned char tiers[8];
	struct sendtxn t = { 0 };
	char mx[200];

	strcpy(mx, list);
	t.mx = mx;
	if (groups != NULL) {
		hostlist_tiers(list, groups, strlen(groups), tiers);
		t.tiers = tiers;
	}
	leasthost_first(&slot, &t, &dead, 1000);
	is_str(mx, want, what);
}

static char a[] = "a\0001.1.1.1\0a/25/1.1.1.1",
	    b[] = "b\0002.2.2.2\0b/25/2.2.2.2",
	    a2[] = "a\0001.1.1.2\0a/25/1.1.1.2";

static void
test_hosts(void)
{
	check("a/25/1.1.1.1 b/25/2.2.2.2", NULL, "a/25/1.1.1.1 b/25/2.2.2.2",
	    "none is open: as it was");
	open_to(NULL);
	open_to(a);
	check("a/25/1.1.1.1 b/25/2.2.2.2", NULL, "b/25/2.2.2.2 a/25/1.1.1.1",
	    "one to the first: the second");
	check("a/25/1.1.1.1 b/25/2.2.2.2", "1,1", "a/25/1.1.1.1 b/25/2.2.2.2",
	    "not to a worse one");
	check("c/25/3.3.3.3 a/25/1.1.1.1 b/25/2.2.2.2", "2,1",
	    "c/25/3.3.3.3 a/25/1.1.1.1 b/25/2.2.2.2", "three, two groups");
	open_to(b);
	check("b/25/2.2.2.2 a/25/1.1.1.1", NULL, "b/25/2.2.2.2 a/25/1.1.1.1",
	    "as many: as it was");
	close_all();
}

static void
test_addresses(void)
{
	open_to(a);
	open_to(b);
	check("a/25/1.1.1.1 a/25/1.1.1.2 b/25/2.2.2.2", NULL,
	    "a/25/1.1.1.2 a/25/1.1.1.1 b/25/2.2.2.2",
	    "another address of the same host");
	check("a/25/1.1.1.1 a/25/::1 b/25/2.2.2.2", NULL,
	    "a/25/1.1.1.1 a/25/::1 b/25/2.2.2.2",
	    "not one of the family that comes second");
	open_to(a2);
	check("a/25/1.1.1.1 a/25/1.1.1.2 b/25/2.2.2.2", NULL,
	    "b/25/2.2.2.2 a/25/1.1.1.1 a/25/1.1.1.2",
	    "a host counts by its name");
	close_all();
}

static void
test_dead(void)
{
	unsigned char key[SENDHOST_KEY];
	struct sendsite site = { 0 };
	struct sendhost h = { .ip = b + 2, .port = 25, .kind = DIAL_V4 };

	open_to(a);
	sendhost_key(&h, &site, key);
	deadhost_failed(&dead, key, sizeof key, 0, "no way");
	check("a/25/1.1.1.1 b/25/2.2.2.2 c/25/3.3.3.3", NULL,
	    "c/25/3.3.3.3 a/25/1.1.1.1 b/25/2.2.2.2", "one that is dead");
	close_all();
}

static void
test_limits(void)
{
	char list[2000] = "";
	struct sendtxn t = { .mx = list };
	unsigned i;

	for (i = 0; i < LEASTHOST_CONNS; i++)
		open_to(i == 0 ? b : a);
	check("a/25/1.1.1.1 b/25/2.2.2.2", NULL, "b/25/2.2.2.2 a/25/1.1.1.1",
	    "connections at the limit");
	open_to(a);
	check("b/25/2.2.2.2 c/25/3.3.3.3", NULL, "b/25/2.2.2.2 c/25/3.3.3.3",
	    "the first above it does not count");
	close_all();
	for (i = 0; i < LEASTHOST_WORDS; i++)
		strcat(list, "a/25/1.1.1.1 ");
	strcat(list, "c/25/3.3.3.3");
	open_to(a);
	leasthost_first(&slot, &t, &dead, 1000);
	is_num(list[0], 'a', "words above the limit");
	memmove(list, list + 13, strlen(list) - 12);
	leasthost_first(&slot, &t, &dead, 1000);
	is_num(list[0], 'c', "and at it");
	t.doubt_host = list;
	leasthost_first(&slot, &t, &dead, 1000);
	is_num(list[0], 'c', "a host is asked for");
	close_all();
}

int
main(void)
{
	if (sendplaces_open(&all) == -1)
		return 111;
	test_hosts();
	test_addresses();
	test_limits();
	test_dead();
	return done();
}
