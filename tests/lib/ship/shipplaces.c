#include "ship/shipplaces.h"
#include "tap.h"

#define A "@400000006955b90d00000000"
#define B "@400000006955b90e00000000"

static struct logsource one, two;
static struct logsource *all[] = { &one, &two };
static struct logsources logs = { .s = all, .n = 2 };
static struct shipplaces p;

/* what is kept of the first log, by a label */
static const char *
kept(const char *label)
{
	static char out[200];
	struct buf b = { 0 };
	const char *at, *end;
	struct ltsv l;

	if (shipplaces_put(&p, &b) == -1)
		return "no memory";
	at = buf_data(&b);
	end = memchr(at, '\n', buf_len(&b));
	if (ltsv_parse(at, (size_t)(end - at), &l) == -1 ||
	    ltsv_get(&l, label, out, sizeof out) == -1)
		return "damaged";
	buf_free(&b);
	return out;
}

/* two logs, of which all was taken */
static void
fresh(void)
{
	memset(&one, 0, sizeof one);
	memset(&two, 0, sizeof two);
	strcpy(one.c.src, "one");
	strcpy(two.c.src, "two");
	one.c.at.ino = 7;
	one.c.at.off = 100;
	one.c.at.head_len = 50;
	strcpy(one.c.at.head, "0123456789abcdef");
	one.c.n.events = 10;
	shipplaces_free(&p);
	logs.n = 2;
	is_num(shipplaces_read(&p, &logs), 0, "all was taken");
}

static void
on_its_way(void)
{
	static const char refused[] = "eid:1\tsrc:one\tts:x\n",
			  strange[] = "eid:1\tsrc:three\tts:x\n",
			  cut[] = "eid:1\tsrc:one";

	fresh();
	is_str(kept("taken"), "10", "what is kept");
	one.c.n.events = 15;
	one.c.n.filtered = 2;
	is_num(shipplaces_fly(&p, &logs), 0, "a batch goes");
	is_str(kept("events"), "10", "the place stays");
	one.c.n.events = 20;
	shipplaces_refused(&p, &logs, refused, sizeof refused - 1);
	shipplaces_refused(&p, &logs, strange, sizeof strange - 1);
	shipplaces_refused(&p, &logs, cut, sizeof cut - 1);
	is_str(kept("dead"), "0", "of one that is refused, too");
	is_num((long long)one.c.n.dead, 1, "where it is read it counts");
	shipplaces_landed(&p);
	is_str(kept("events"), "15", "the batch is taken");
	is_str(kept("dead"), "1", "but for one");
	is_str(kept("taken"), "12", "the rest of what is wanted");
	is_num(shipplaces_read(&p, &logs), 0, "all was taken");
	is_str(kept("events"), "20", "and what nobody wants");
	/* a log that has come since is in no place behind */
	logs.n = 1;
	shipplaces_read(&p, &logs);
	logs.n = 2;
	is_num(shipplaces_noted(&p, &logs, &two), 0, "a log that is new");
	is_num(shipplaces_noted(&p, &logs, &one), 1, "and one that is not");
}

static void
wait_for(const char *name, uint64_t ino)
{
	struct logfiles *f = &one.c.at.files;

	strcpy(f->waiting[f->n_waiting].name, name);
	f->waiting[f->n_waiting++].ino = ino;
}

/* what was `current` gets a name, and is removed */
static void
has_a_name(void)
{
	const struct logfiles_one a = { .name = A }, b = { .name = B };

	fresh();
	wait_for(A, 7);
	wait_for(B, 8);
	strcpy(one.c.at.name, A);
	shipplaces_noted(&p, &logs, &one);
	is_str(kept("file"), A, "the place has the name of its file");
	is_str(kept("waiting"), A "=0," B "=0", "and knows the files");
	shipplaces_gone(&p, &logs, &one, &b);
	is_str(kept("lost"), "1", "another one is gone");
	is_str(kept("off"), "100", "the place is where it was");
	is_str(kept("waiting"), A "=0", "one is left");
	shipplaces_gone(&p, &logs, &one, &a);
	is_str(kept("lost"), "2", "that of the place is gone");
	is_str(kept("off"), "0", "so that there is none");
	is_str(kept("file"), "", "under no name");
	is_str(kept("ino"), "0", "nor any other");
	is_str(kept("head-len"), "0", "and it is not missed again");

	fresh();
	wait_for(A, 7);
	strcpy(one.c.at.name, A);
	strcpy(one.c.at.head, "fedcba9876543210");
	shipplaces_noted(&p, &logs, &one);
	is_str(kept("file"), "", "a later file with the same inode");
}

/* `current` has come and gone */
static void
has_none(void)
{
	const struct logfiles_one here = { .ino = 7 }, other = { .ino = 8 };

	fresh();
	shipplaces_fly(&p, &logs);
	shipplaces_gone(&p, &logs, &one, &other);
	is_str(kept("lost"), "1", "another one");
	is_str(kept("off"), "100", "the place is where it was");
	shipplaces_gone(&p, &logs, &one, &here);
	is_str(kept("lost"), "2", "that of the place");
	is_str(kept("ino"), "0", "so that there is none");
	shipplaces_landed(&p);
	is_str(kept("lost"), "2", "behind what is on its way, too");
	is_str(kept("ino"), "0", "there is none");
}

int
main(void)
{
	on_its_way();
	has_a_name();
	has_none();
	shipplaces_free(&p);
	return done();
}
