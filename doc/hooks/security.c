/* security WORD: no message with this word in its subject; for filter(8), -c */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	char line[65536];

	while (fgets(line, sizeof line, stdin) != NULL && *line != '\n')
		if (argc == 2 && strncasecmp(line, "Subject:", 8) == 0 &&
		    strcasestr(line, argv[1]) != NULL) {
			printf("nothing about %s, please\n", argv[1]);
			return 100;
		}
	return 0;
}
