#include "base/durable.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* what is trusted where: doc/QUEUE.md */
static const struct {
	const char *name;
	struct durable_facts f;
	int names, all, flush, unknown;
} cases[] = {
	{ "ext4", { 0xef53, 1, 1, 0 }, 1, 1, 0, 0 },
	{ "ext4, fast_commit", { 0xef53, 1, 1, 1 }, 0, 1, 0, 0 },
	{ "ext4, not yet known", { 0xef53, 1, 1, -1 }, 0, 1, 0, 1 },
	{ "ext4, old kernel", { 0xef53, 0, 1, 0 }, 1, 0, 0, 0 },
	{ "ext4, fast_commit, silent", { 0xef53, 0, 1, 1 }, 0, 0, 0, 0 },
	{ "ext4 without journal", { 0xef53, 1, 0, -1 }, 1, 1, 1, 0 },
	{ "ext2, or no /sys", { 0xef53, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "xfs", { 0x58465342, 1, -1, -1 }, 1, 1, 0, 0 },
	{ "xfs, old kernel", { 0x58465342, 0, -1, -1 }, 1, 0, 0, 0 },
	{ "xfs, unknown kernel", { 0x58465342, -1, -1, -1 }, 1, 0, 0, 0 },
	{ "btrfs", { 0x9123683e, 1, -1, -1 }, 1, 1, 0, 0 },
	{ "tmpfs", { 0x01021994, 1, -1, -1 }, 1, 1, 0, 0 },
	{ "fuse", { 0x65735546, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "nfs", { 0x6969, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "overlayfs", { 0x794c7630, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "zfs", { 0x2fc12fc1, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "bcachefs", { 0xca451a4e, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "9p", { 0x01021997, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "f2fs", { 0xf2f52010, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "cifs", { 0xff534d42, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "vfat", { 0x4d44, 1, -1, -1 }, 0, 0, 0, 0 },
	{ "nothing", { 0, 1, 1, 0 }, 0, 0, 0, 0 },
};

static void
judged(void)
{
	struct durable d;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		d = durable_judge(&cases[i].f);
		is_num(d.names, cases[i].names, cases[i].name);
		is_num(d.all, cases[i].all, "syncfs");
		is_num(d.flush, cases[i].flush, "one more flush");
		is_num(d.unknown, cases[i].unknown, "unknown");
	}
}

/* the same one is not asked twice, and one more than there is room is not
 * mixed up with another */
static void
known(int dir, dev_t dev)
{
	static struct durable_known k;
	struct durable d = durable_find(&k, dir, dev), e;
	unsigned i;

	is_num(k.n, 1, "one is known");
	k.of[0].flush = !k.of[0].flush;
	e = durable_find(&k, dir, dev);
	is_num(e.flush, !d.flush, "not asked again");
	is_num(k.n, 1, "still one");
	k.of[0].id++;
	durable_find(&k, dir, dev);
	is_num(k.n, 2, "another under the same number");
	for (i = 0; i < DURABLE_KNOWN; i++) {
		durable_find(&k, dir, dev);
		k.of[(k.next + DURABLE_KNOWN - 1) % DURABLE_KNOWN].id++;
	}
	is_num(k.n, DURABLE_KNOWN, "no more than there is room for");
}

int
main(void)
{
	char top[] = "/tmp/rohrpost-durable.XXXXXX", path[64];
	struct durable d;
	struct stat st;
	int dir;

	judged();
	if (mkdtemp(top) == NULL ||
	    (dir = open(top, O_RDONLY | O_DIRECTORY)) == -1 ||
	    fstat(dir, &st) == -1)
		return 111;
	d = durable_ask(-1);
	ok(!d.names && !d.all, "no folder: nothing is trusted");
	d = durable_ask(dir);
	durable_probe(&d, dir);
	ok(!d.unknown, "nothing is unknown");
	ok(!d.all || durable_sync_all(&d, dir) == 0, "all of it");
	known(dir, st.st_dev);
	is_num(durable_folder_of(top), 0, "the folder of a path");
	is_num(durable_folder_of("/x"), 0, "of the root");
	is_num(durable_folder_of("x"), 0, "of a name");
	snprintf(path, sizeof path, "%s/none/x", top);
	ok(durable_folder_of(path) == -1 && errno == ENOENT, "no such folder");
	rmdir(top);
	return done();
}
