#include "base/durable.h"
#include "base/fd.h"
#include "base/num.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	EXT4 = 0xef53,
	XFS = 0x58465342,
	TMPFS = 0x01021994,
	ABOUT_ROOM = 4096,
	PROBES = 3
};
static const long btrfs = 0x9123683e;

/*
 *                        names  all  flush
 *  ext4                  yes    yes         names after durable_probe()
 *  ext4, fast_commit     no     yes         a name given by linkat is lost
 *                                           when the short cut is replayed
 *  ext4, no journal      yes    yes  yes    folders are written behind the
 *                                           flush in syncfs
 *  ext4 that says        no     no          perhaps another driver's ext2
 *    nothing of itself
 *  xfs, btrfs            yes    yes
 *  tmpfs                 yes    yes         nothing survives anyway
 *  all others            no     no
 */
struct durable
durable_judge(const struct durable_facts *f)
{
	struct durable d = { .type = f->type };

	if (f->type == XFS || f->type == TMPFS || f->type == btrfs ||
	    (f->type == EXT4 && f->journal != -1))
		d.all = f->syncfs_tells == 1;
	d.names = f->type == XFS || f->type == TMPFS || f->type == btrfs ||
	    (f->type == EXT4 &&
		(f->journal == 0 || (f->journal == 1 && f->fast_commit == 0)));
	d.flush = f->type == EXT4 && f->journal == 0;
	d.unknown = f->type == EXT4 && f->journal == 1 && f->fast_commit == -1;
	return d;
}

static int
kernel_from(unsigned major, unsigned minor)
{
	struct utsname u;
	uint64_t a, b;
	size_t n, k;

	if (uname(&u) == -1)
		return -1;
	n = strspn(u.release, "0123456789");
	if (u.release[n] != '.' || num_scan(u.release, n, 0, 1000, &a) == -1)
		return -1;
	k = strspn(u.release + n + 1, "0123456789");
	if (num_scan(u.release + n + 1, k, 0, 1000, &b) == -1)
		return -1;
	return a > major || (a == major && b >= minor);
}

/* a file that the kernel has about the ext4 on a disk, and whose size it
 * does not tell; 0, -1: not to be had */
static int
about(const char *top, const char *disk, const char *name, char *text)
{
	char path[PATH_MAX];
	ssize_t n = -1;
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s/%s/%s", top, disk, name) >=
	    sizeof path)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = fd_read_all(fd, text, ABOUT_ROOM);
	close(fd);
	if (n == -1)
		return -1;
	text[n] = '\0';
	return 0;
}

/* its name in /sys and /proc: "sda1", "dm-0" */
static int
disk_name(dev_t dev, char *out)
{
	char path[64], to[PATH_MAX];
	const char *name;
	ssize_t n;

	snprintf(path, sizeof path, "/sys/dev/block/%u:%u", major(dev),
	    minor(dev));
	n = readlink(path, to, sizeof to - 1);
	if (n <= 0)
		return -1;
	to[n] = '\0';
	name = strrchr(to, '/');
	name = name == NULL ? to : name + 1;
	if (strlen(name) > NAME_MAX)
		return -1;
	memcpy(out, name, strlen(name) + 1);
	return 0;
}

static int
has_journal(const char *disk)
{
	char text[ABOUT_ROOM + 1];

	if (about("/sys/fs/ext4", disk, "journal_task", text) == -1)
		return -1;
	return strncmp(text, "<none>", 6) != 0;
}

/* the number in front of a word; -1: it is not there */
static int
counter(const char *text, const char *word)
{
	const char *at = strstr(text, word);
	const char *from = at;

	while (from != NULL && from > text && from[-1] >= '0' &&
	    from[-1] <= '9')
		from--;
	if (from == at)
		return -1;
	return strspn(from, "0") != (size_t)(at - from);
}

/* has it ever committed a short cut, or not been able to? */
static int
has_counted(const char *disk)
{
	char text[ABOUT_ROOM + 1];
	int a, b;

	if (about("/proc/fs/ext4", disk, "fc_info", text) == -1)
		return -1;
	a = counter(text, " commits");
	b = counter(text, " ineligible");
	return a == -1 || b == -1 ? -1 : a || b;
}

/*
 * No mount option and no file says whether fast_commit is on, unless one may
 * read the disk itself.  But what was committed so is counted: where nothing
 * is counted after a sync, it is off.
 */
static int
is_fast(const char *disk)
{
	int counted = has_counted(disk);

	if (counted == -1 && kernel_from(5, 10) == 0)
		return 0;
	return counted == 0 ? -1 : 1;
}

static int
sync_something(int dir)
{
	int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	int r;

	if (fd == -1)
		return -1;
	r = write(fd, "x", 1) == 1 ? fsync(fd) : -1;
	close(fd);
	return r;
}

static uint64_t
fs_id(const struct statfs *s)
{
	uint64_t id;

	_Static_assert(sizeof s->f_fsid == sizeof id, "two words");
	memcpy(&id, &s->f_fsid, sizeof id);
	return id;
}

struct durable
durable_ask(int fd)
{
	struct durable_facts f = { .journal = -1, .fast_commit = -1 };
	char disk[NAME_MAX + 1];
	struct durable d;
	struct statfs s;
	struct stat st;

	if (fstatfs(fd, &s) == -1 || fstat(fd, &st) == -1)
		return (struct durable){ 0 };
	f.type = s.f_type;
	f.syncfs_tells = kernel_from(5, 8) == 1;
	if (f.type == EXT4 && disk_name(st.st_dev, disk) == 0) {
		f.journal = has_journal(disk);
		if (f.journal == 1)
			f.fast_commit = is_fast(disk);
	}
	d = durable_judge(&f);
	d.dev = st.st_dev;
	d.id = fs_id(&s);
	return d;
}

/* a sync that meets a commit under way is not counted: so more than one */
void
durable_probe(struct durable *d, int fd)
{
	char disk[NAME_MAX + 1];
	int i, counted = 0;

	if (!d->unknown)
		return;
	d->unknown = 0;
	if (disk_name(d->dev, disk) == -1)
		return;
	for (i = 0; i < PROBES && counted == 0; i++)
		counted = sync_something(fd) == -1 ? -1 : has_counted(disk);
	d->names = counted == 0;
}

struct durable
durable_find(struct durable_known *k, int fd, dev_t dev)
{
	struct durable *d;
	struct statfs s;

	if (fstatfs(fd, &s) == -1)
		return (struct durable){ 0 };
	for (d = k->of; d < k->of + k->n; d++)
		if (d->dev == dev && d->type == (long)s.f_type &&
		    d->id == fs_id(&s))
			return *d;
	d = &k->of[k->next];
	k->next = (k->next + 1) % DURABLE_KNOWN;
	if (k->n < DURABLE_KNOWN)
		k->n++;
	*d = durable_ask(fd);
	return *d;
}

int
durable_sync_all(const struct durable *d, int fd)
{
	if (syncfs(fd) == -1)
		return -1;
	return d->flush ? fsync(fd) : 0;
}

int
durable_folder(int at, const char *dir)
{
	int fd = openat(at, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r, saved;

	if (fd == -1)
		return -1;
	r = fsync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return r;
}

int
durable_folder_of(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : slash == path ? 1 : slash - path;

	if (n >= sizeof dir) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(dir, slash == NULL ? "." : path, n);
	dir[n] = '\0';
	return durable_folder(AT_FDCWD, dir);
}
