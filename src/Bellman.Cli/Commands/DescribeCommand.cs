using System.CommandLine;
using Spectre.Console;

namespace Bellman.Cli;

/// <summary><c>bellman describe</c>: what an environment is, as its page says it.</summary>
internal static class DescribeCommand
{
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id, or a file: my-environment.cs, my.dll or my.dll:Type." };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as wrap=frameStack:4; may be repeated." };

    public static Command Create()
    {
        var command = new Command("describe", "Say what an environment is: every number of its observation, actions, reward, ends, options.\n\nExamples:\n  bellman describe LunarLander-v3\n  bellman describe BitFlip-v0 --env-set bits=12\n  bellman describe my-environment.cs")
        {
            Environment, EnvSet,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var options = CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet));
        var sheet = CommandLine.Usage(() => EnvironmentSheet.Of(arguments.GetRequiredValue(Environment), options));
        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(sheet.Spec.Id)}[/]  {Plain(sheet.Spec.Description)}");
        if (sheet.Spec.Notes is { } notes)
        {
            AnsiConsole.MarkupLine($"\n{Plain(notes.Story)}");
        }

        foreach (var part in sheet.Parts)
        {
            AnsiConsole.MarkupLine($"\n[bold]{part.Title}[/]{(part.Text.Length > 0 ? $"  {Plain(part.Text)}" : "")}");
            if (part.Rows.Count > 0)
            {
                var table = new Table().Border(TableBorder.Simple).AddColumns([.. part.Columns.Select(Markup.Escape)]);
                foreach (var row in part.Rows)
                {
                    table.AddRow([.. row.Select(Plain)]);
                }

                AnsiConsole.Write(table);
            }
        }

        return CommandLine.Done;
    }

    // Code is marked in Markdown alone.
    private static string Plain(string text) => Markup.Escape(text.Replace("`", "", StringComparison.Ordinal));
}
