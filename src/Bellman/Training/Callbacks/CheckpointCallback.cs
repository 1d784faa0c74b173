using System.Globalization;

namespace Bellman;

/// <summary>Saves a checkpoint at the first update at or after every so many steps, as <c>000000020480.bellman</c>: named by its steps, so that names sort by age.</summary>
public sealed class CheckpointCallback : TrainingCallback
{
    private readonly string folder;
    private readonly StepInterval interval;
    private readonly Queue<string> written = new();

    /// <summary>Saves into a folder.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="every">After how many environment steps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is not positive.</exception>
    public CheckpointCallback(string folder, long every)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.folder = folder;
        interval = new StepInterval(every);
    }

    /// <summary>How many of its files are kept, the newest; 0 for all.</summary>
    public int Keep { get; init; }

    /// <inheritdoc/>
    public override void OnUpdate(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (!interval.Reached(training.Progress.Steps))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, training.Progress.Steps.ToString("D12", CultureInfo.InvariantCulture) + ".bellman");
        written.Enqueue(path);
        training.SaveCheckpoint(path);

        // Only once the new one is whole.
        training.Defer(() =>
        {
            while (Keep > 0 && written.Count > Keep)
            {
                File.Delete(written.Dequeue());
            }
        });
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        interval.SaveState(writer);
        writer.Write(written.Count);
        foreach (var path in written)
        {
            writer.Write(Path.GetFileName(path));
        }
    }

    /// <inheritdoc/>
    public override void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        interval.LoadState(reader);
        written.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            // A name alone: what is deleted later lies in this folder, whatever the file says.
            written.Enqueue(Path.Combine(folder, Path.GetFileName(reader.ReadString())));
        }
    }
}
