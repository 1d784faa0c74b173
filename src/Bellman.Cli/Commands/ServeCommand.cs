using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace Bellman.Cli;

/// <summary><c>bellman serve</c>: offers an environment to programs in other languages.</summary>
internal static class ServeCommand
{
    private static readonly Argument<string> Environment = new("environment") { Description = "The environment's id." };
    private static readonly Option<bool> Stdio = new("--stdio") { Description = "Read requests from standard input and answer on standard output." };
    private static readonly Option<int?> Port = new("--port") { Description = "Listen on this port; 0 takes one that is free. Each connection has an environment of its own." };
    private static readonly Option<string> Host = new("--host") { Description = "The address to listen on; 0.0.0.0 lets other machines in.", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<string[]> EnvSet = new("--env-set") { Description = "One option of the environment, as g=9.81; may be repeated." };

    public static Command Create()
    {
        var command = new Command("serve", "Offer an environment to programs in other languages, as lines of JSON.\n\nExamples:\n  bellman serve CartPole-v1 --stdio\n  bellman serve Pendulum-v1 --port 5555 --env-set g=9.81")
        {
            Environment, Stdio, Port, Host, EnvSet,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var port = arguments.GetValue(Port);
        if (arguments.GetValue(Stdio) == port is not null)
        {
            throw new UsageException("Give either --stdio or --port N.");
        }

        if (port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new UsageException($"--port is {port}; it must be from 0 to {IPEndPoint.MaxPort}.");
        }

        if (!IPAddress.TryParse(arguments.GetValue(Host), out var address))
        {
            throw new UsageException($"--host is '{arguments.GetValue(Host)}'; it must be an address, as 127.0.0.1 or 0.0.0.0.");
        }

        var id = arguments.GetRequiredValue(Environment);
        var options = CommandLine.EnvironmentOptions(arguments.GetValue(EnvSet));
        using var server = CommandLine.Usage(() => new EnvironmentServer(id, options));
        if (port is null)
        {
            server.Serve(Console.OpenStandardInput(), Console.OpenStandardOutput());
            return CommandLine.Done;
        }

        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupt.Cancel();
        };
        try
        {
            EnvironmentServing.ServeAsync(
                address, port.Value, () => new EnvironmentServer(id, options), where => Console.Out.WriteLine($"Serving {id} on {where}; Ctrl+C ends."), interrupt.Token).GetAwaiter().GetResult();
        }
        catch (SocketException exception)
        {
            throw new IOException($"Port {port} of {address} cannot be listened on: {exception.Message}", exception);
        }
        catch (OperationCanceledException)
        {
        }

        return CommandLine.Done;
    }
}
