using System.CommandLine;

namespace Bellman.Cli;

/// <summary>Commands as they can be copied back into a shell.</summary>
internal static class ShellText
{
    /// <summary>One word of a command: in quotes where it would not be one without them.</summary>
    public static string Quote(string word) => word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || character > 127 || "_-./\\:=,@%+".Contains(character, StringComparison.Ordinal))
        ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\"" : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A command of its words.</summary>
    public static string Join(params IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>The words by which an option was given; none where it was not.</summary>
    public static IEnumerable<string> Given(ParseResult arguments, Option option) =>
        arguments.GetResult(option) is { Implicit: false } result ? [option.Name, .. result.Tokens.Select(token => token.Value)] : [];
}
