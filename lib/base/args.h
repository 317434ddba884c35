#ifndef BASE_ARGS_H
#define BASE_ARGS_H

/*
 * args_block - a command line in braces within another one
 *
 * argv is behind a "{".  Its "}" (of the same depth) becomes NULL, so that
 * argv is a command of its own.  Returns what follows, or NULL when there
 * is no "}" or nothing before it.
 */
char **args_block(char **argv);

#endif
